import type { PageReplica, PageTrial } from "../page-types.ts";

export type Band = { readonly y: number; readonly height: number };

export type Lane = Band & {
  readonly replica: PageReplica;
  readonly index: number;
  readonly belief: Band;
  readonly life: Band;
  readonly calls: Band;
  readonly acts: Band;
};

/** Where every row of a trial's timeline stands, pixels. */
export type Layout = {
  readonly width: number;
  readonly height: number;
  /** Labels stand left of this. */
  readonly left: number;
  readonly right: number;
  readonly axis: Band;
  readonly findings: Band;
  readonly faults: Band;
  readonly steps: Band;
  readonly records: readonly (Band & { readonly object: string })[];
  /** LeaderElection Events; without height where there are none. */
  readonly notices: Band;
  readonly lanes: readonly Lane[];
  /** The whole plot under the axis. */
  readonly plot: Band;
};

export const ROW = 20;
const GAP = 6;
const LABELS = 172;
const LABELS_NARROW = 104;

/** Rows that as many bands may need when they are shown all at once; the rest stay without a label. */
const rowsFor = (count: number, most: number): number => Math.min(count, most);

function laneAt(replica: PageReplica, index: number, y: number, withActs: boolean): Lane {
  const belief = { y: y + 8, height: 20 };
  const life = { y: belief.y + belief.height + 3, height: 3 };
  const calls = { y: life.y + life.height + 5, height: 11 };
  const acts = { y: calls.y + calls.height + 4, height: withActs ? 8 : 0 };
  const height = acts.y + acts.height + (withActs ? 7 : 3) - y;
  return { replica, index, y, height, belief, life, calls, acts };
}

/** Rows from the top: axis, findings, faults, steps, the record, Events, then a lane for each replica. */
export function layoutOf(trial: PageTrial, width: number): Layout {
  const left = width < 700 ? LABELS_NARROW : LABELS;
  let y = 0;
  const take = (height: number, gap: number = GAP): Band => {
    const band = { y, height };
    if (height > 0) y += height + gap;
    return band;
  };
  const axis = take(26, 4);
  const top = y;
  const findings = take(rowsFor(trial.findings.length, 3) * ROW);
  const faults = take(rowsFor(trial.faults.length + trial.rollouts.length, 3) * ROW);
  const steps = take(trial.steps.length > 0 ? ROW - 2 : 0);
  const objects = [...new Set(trial.records.map((record) => record.object))];
  const records = objects.map((object) => ({ object, ...take(24) }));
  const notices = take(trial.notices.length > 0 ? 14 : 0);
  const withActs = trial.replicas.some((replica) => replica.acts.length > 0);
  const lanes = trial.replicas.map((replica, index) => {
    const lane = laneAt(replica, index, y, withActs);
    take(lane.height, 0);
    return lane;
  });
  y += 4;
  const plot = { y: top, height: y - top };
  return { width, height: y, left, right: width - 12, axis, findings, faults, steps, records, notices, lanes, plot };
}

/** Puts labelled stretches into rows so that none covers another: the row of each, or -1 where no row is free. */
export function stack(
  stretches: readonly { readonly x: number; readonly right: number }[],
  rows: number,
): readonly number[] {
  const free: number[] = Array.from({ length: rows }, () => -Infinity);
  return stretches.map((stretch) => {
    const row = free.findIndex((until) => until <= stretch.x);
    if (row >= 0) free[row] = stretch.right + 4;
    return row;
  });
}
