import type { PageCall, PageTrial } from "../page-types.ts";
import { exactly, span } from "./format.ts";
import type { Band, Lane, Layout } from "./layout.ts";
import { lowerBound, type Scale } from "./scale.ts";

/** What is under the pointer, in lines; the first is its name. */
export type Told = readonly string[];

/** Pixels beside a tick or dot that still count as on it. */
const NEAR = 5;

const on = (band: Band, y: number, margin: number = 0): boolean =>
  band.height > 0 && y >= band.y - margin && y <= band.y + band.height + margin;

/** The item nearest to `x`, within NEAR pixels, of a list sorted by time. */
function nearest<Item>(items: readonly Item[], of: (item: Item) => number, scale: Scale, x: number): Item | undefined {
  let best: Item | undefined;
  let distance = NEAR;
  for (let index = lowerBound(items, scale.at(x - NEAR), of); index < items.length; index += 1) {
    const away = Math.abs(scale.x(of(items[index]!)) - x);
    if (scale.x(of(items[index]!)) > x + NEAR) break;
    if (away <= distance) [best, distance] = [items[index], away];
  }
  return best;
}

function tellCall(trial: PageTrial, call: PageCall): Told {
  const [at, took, request, outcome, status, committedSince, committedAt, fault] = call;
  const ends = ["ok", "fail: changed nothing", "info: the client cannot know", "never returned"] as const;
  return [
    trial.requests[request]?.text ?? "call",
    `${ends[outcome]}${status > 0 ? ` · ${status}` : ""}`,
    `asked ${exactly(at)}${took < 0 ? "" : ` · took ${span(took)}`}`,
    ...(committedAt < 0 ? [] : [`committed ${exactly(committedSince)} – ${exactly(committedAt)}`]),
    ...(fault < 0 ? [] : [`disturbed by ${trial.faults[fault]?.name ?? "a fault"}`]),
  ];
}

function tellLane(trial: PageTrial, lane: Lane, scale: Scale, x: number, y: number): Told | undefined {
  const at = scale.at(x);
  const slack = scale.at(2) - scale.at(0);
  const { replica } = lane;
  if (on(lane.calls, y, 3)) {
    const call = nearest(replica.calls, (each) => each[0], scale, x);
    if (call !== undefined) return tellCall(trial, call);
  }
  if (on(lane.acts, y, 4)) {
    const act = nearest(replica.acts, (each) => each[1], scale, x);
    if (act !== undefined)
      return [
        `act ${act[3] === 1 ? "accepted" : "rejected"}${act[2] === null ? "" : ` · token ${act[2]}`}`,
        ...(act[4] === undefined ? [] : [act[4]]),
        `${exactly(act[0])} – ${exactly(act[1])}`,
      ];
  }
  if (on(lane.belief, y, 4)) {
    const tenure = replica.tenures.find((each) => at >= each.start.since - slack && at <= each.end.at + slack);
    if (tenure !== undefined)
      return [
        `${tenure.key} leads${tenure.token === undefined ? "" : ` · token ${tenure.token}`}`,
        `starts in [${exactly(tenure.start.since)}, ${exactly(tenure.start.at)}]`,
        `ends in [${exactly(tenure.end.since)}, ${exactly(tenure.end.at)}], by ${tenure.ending}`,
        tenure.start.at <= tenure.end.since
          ? `certainly for ${span(tenure.end.since - tenure.start.at)}, at most ${span(tenure.end.at - tenure.start.since)}`
          : `possibly, for at most ${span(tenure.end.at - tenure.start.since)}`,
      ];
    const gap = replica.gaps.find((each) => at >= each.since && at <= each.at);
    if (gap !== undefined) return ["not observed", `${exactly(gap.since)} – ${exactly(gap.at)}`, gap.reason];
  }
  const stall = replica.stalls.find((each) => at >= each.since && at <= each.at);
  if (stall !== undefined && on(lane.life, y, 4))
    return [`could not run for ${span(stall.ms)}`, `within ${exactly(stall.since)} – ${exactly(stall.at)}`];
  const life = replica.lives.find((each) => at >= each.started && at <= (each.exited?.at ?? trial.end));
  if (life === undefined) return undefined;
  const { exited } = life;
  return [
    `${life.key} · revision ${life.revision}`,
    `started ${exactly(life.started)}`,
    ...(life.terminating === undefined ? [] : [`SIGTERM ${exactly(life.terminating)}`]),
    ...(exited === undefined
      ? []
      : [`exited ${exactly(exited.at)}, ${exited.signal ?? `status ${exited.code ?? "unknown"}`}`]),
  ];
}

function tellRecord(trial: PageTrial, object: string, at: number): Told | undefined {
  const records = trial.records.filter((record) => record.object === object);
  const record = records[lowerBound(records, at, (each) => each.at) - 1];
  if (record === undefined) return undefined;
  const holder =
    record.holder === undefined ? "deleted" : record.holder ? `held by ${record.holder}` : "held by nobody";
  return [
    holder,
    `version ${record.version}${record.transitions === null ? "" : ` · transitions ${record.transitions}`}`,
    `written ${exactly(record.since)} – ${exactly(record.at)}`,
    ...(record.until === null || !record.holder ? [] : [`valid until ${exactly(record.until)}`]),
    ...(record.fault === undefined ? [] : [`by fault ${record.fault}`]),
  ];
}

const inBand = (from: number, to: number, scale: Scale, x: number): boolean =>
  x >= scale.x(from) - NEAR && x <= Math.max(scale.x(to), scale.x(from) + 60);

/** What a person points at, exactly; undefined over nothing. */
export function tell(trial: PageTrial, layout: Layout, scale: Scale, x: number, y: number): Told | undefined {
  if (x < scale.left || x > scale.right) return undefined;
  if (on(layout.findings, y)) {
    const finding = trial.findings.find((each) => inBand(each.from, each.to, scale, x));
    if (finding !== undefined)
      return [
        `${finding.property} · ${finding.kind}`,
        finding.summary,
        ...(finding.cause === null ? [] : [finding.cause]),
        `${exactly(finding.from)} – ${exactly(finding.to)}`,
      ];
  }
  if (on(layout.faults, y)) {
    const fault = trial.faults.find((each) => inBand(each.from, each.to ?? trial.end, scale, x));
    if (fault !== undefined)
      return [
        `${fault.name} on ${fault.targets.join(", ") || "nobody"}`,
        `injected ${exactly(fault.from)}`,
        fault.landed === null
          ? `not proven${fault.unproven === null ? "" : `: ${fault.unproven}`}`
          : `landed ${exactly(fault.landed)}`,
        fault.to === null ? "never healed" : `healed ${exactly(fault.to)}`,
      ];
    const rollout = trial.rollouts.find((each) => inBand(each.from, each.to ?? trial.end, scale, x));
    if (rollout !== undefined)
      return [rollout.text, `${exactly(rollout.from)} – ${rollout.to === null ? "not complete" : exactly(rollout.to)}`];
  }
  if (on(layout.steps, y)) {
    const at = scale.at(x);
    const step = trial.steps.find((each) => at >= each.from && at <= each.to);
    if (step !== undefined) return [step.text, `${exactly(step.from)} – ${exactly(step.to)}`];
  }
  if (on(layout.notices, y)) {
    const notice = nearest(trial.notices, (each) => each.at, scale, x);
    if (notice !== undefined) return [notice.text, `Event of ${notice.api}, seen ${exactly(notice.at)}`];
  }
  const record = layout.records.find((row) => on(row, y));
  if (record !== undefined) return tellRecord(trial, record.object, scale.at(x));
  const lane = layout.lanes.find((each) => y >= each.y && y < each.y + each.height);
  return lane === undefined ? undefined : tellLane(trial, lane, scale, x, y);
}
