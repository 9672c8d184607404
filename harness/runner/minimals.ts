import type { Timing } from "../core/elector.ts";
import type { TrialDocument } from "../core/run.ts";
import { formatMillis, millis, type Millis } from "../core/time.ts";
import { type Again, failureOf } from "./again.ts";
import { inParallel } from "./pool.ts";
import { CONFIRMATIONS, type Minimal } from "./shrink.ts";
import { shrinkTrial } from "./shrink-trial.ts";
import { fixedValve } from "./valve.ts";

/** Runs again of a failing trial that is not shrunk, where few failed. */
export const REPEATS = 3;
/** Runs again of all of them, unless more failed: a run in which much fails should not take several times as long. */
export const ALL_REPEATS = 12;

export type MinimalsPlan = {
  readonly timing: Timing;
  readonly now: () => Millis;
  /** For all of it; no run is begun that would end later. */
  readonly budget: Millis;
  /** Runs at once. */
  readonly width: number;
  /** What one run is expected to take. */
  readonly lasted: Millis;
  /** The first failing trial is shrunk: its steps were drawn. */
  readonly shrinks: boolean;
  readonly note: (text: string) => void;
};

/** How often each of so many failing trials is run again. */
export const repeatsOf = (failing: number): number =>
  Math.min(REPEATS, Math.max(1, Math.floor(ALL_REPEATS / Math.max(1, failing))));

/** Shrinking takes whatever time it is given: of what the others need so much is kept back as leaves it its first runs. */
function keptBack(others: number, { budget, width, lasted }: MinimalsPlan): number {
  const takes = (runs: number): number => Math.ceil(runs / width) * lasted;
  return Math.max(0, Math.min(budget / 2, takes(others * repeatsOf(others)), budget - takes(CONFIRMATIONS)));
}

/**
 * The documents of failing trials with their `minimal`: the first one shrunk where its steps were drawn, the schedule of
 * every other run again as it is. One for whose runs no time was left says so instead.
 */
export async function minimalsOf(
  trials: readonly TrialDocument[],
  again: Again,
  plan: MinimalsPlan,
): Promise<readonly TrialDocument[]> {
  const failing = trials
    .filter((trial) => failureOf(trial) !== undefined)
    .toSorted((one, other) => one.index - other.index);
  const end = millis(plan.now() + plan.budget);
  const found = new Map<number, Minimal>();
  const [first] = failing;
  if (plan.shrinks && first !== undefined) {
    const until = millis(end - keptBack(failing.length - 1, plan));
    const minimal = await shrinkTrial(first, again, { ...plan, until });
    if (minimal !== undefined) found.set(first.index, minimal);
  }
  const others = failing.filter(({ index }) => !found.has(index));
  for (const [index, minimal] of await repeated(others, again, plan, end)) found.set(index, minimal);
  return failing.map((trial) => {
    const minimal = found.get(trial.index);
    if (minimal === undefined) return { ...trial, notShrunk: NO_TIME };
    again.keep(trial, minimal.schedule);
    return { ...trial, minimal };
  });
}

const NO_TIME = "no further run of its schedule would have ended in time (--shrink, --time-limit), or it was cut short";

/** Runs each schedule again as it is: all of them once, then once more, as long as there is time. */
async function repeated(
  trials: readonly TrialDocument[],
  again: Again,
  { width, budget, note }: MinimalsPlan,
  until: Millis,
): Promise<ReadonlyMap<number, Minimal>> {
  const found = new Map<number, Minimal>();
  if (trials.length === 0 || !again.fits(until)) return found;
  const times = repeatsOf(trials.length);
  const which = trials.length === 1 ? `trial ${trials[0]!.index} failed` : `${trials.length} trials failed`;
  note(`${which}: run again as scheduled, up to ${times} times each, for ${formatMillis(budget)} at the most`);
  const valve = fixedValve(width);
  const turns = Array.from({ length: times }, () => trials).flat();
  await inParallel(
    turns,
    valve,
    () => again.fits(until),
    async (trial, begun) => {
      const fell = await again.once(trial, trial.schedule, begun, valve.most);
      if (fell === undefined) return;
      const { failed, of } = found.get(trial.index) ?? { failed: 0, of: 0 };
      found.set(trial.index, { schedule: trial.schedule, failed: failed + (fell ? 1 : 0), of: of + 1 });
    },
  );
  return found;
}
