import type { Timing } from "../core/elector.ts";
import type { TrialDocument } from "../core/run.ts";
import { formatMillis, type Millis } from "../core/time.ts";
import { type Again, failureOf } from "./again.ts";
import { inParallel } from "./pool.ts";
import { type Minimal, type Rate, shrink } from "./shrink.ts";
import { fixedValve } from "./valve.ts";

export type Shrinking = {
  readonly timing: Timing;
  readonly now: () => Millis;
  /** No run is begun that would end later. */
  readonly until: Millis;
  /** Runs at once. */
  readonly width: number;
  readonly note: (text: string) => void;
};

/** Shrinks a trial that failed; undefined where there was no time for a single run of it. */
export async function shrinkTrial(trial: TrialDocument, again: Again, plan: Shrinking): Promise<Minimal | undefined> {
  const { now, until, note } = plan;
  const from = now();
  if (!again.fits(until)) return undefined;
  let first: Rate | undefined;
  note(
    `trial ${trial.index} failed by ${failureOf(trial)}: it is shrunk, for ${formatMillis(until - from)} at the most`,
  );
  const minimal = await shrink(trial.schedule, plan.timing, {
    say: (text) => note(`shrinking trial ${trial.index}: ${text} (${formatMillis(now() - from)})`),
    async attempt(schedule, times) {
      let [of, failed] = [0, 0];
      const valve = fixedValve(plan.width);
      const more = (): boolean => again.fits(until);
      await inParallel([...Array(times).keys()], valve, more, async (_time, begun) => {
        const fell = await again.once(trial, schedule, begun, valve.most);
        if (fell !== undefined) of += 1;
        if (fell) failed += 1;
      });
      first ??= { failed, of };
      return of < times ? undefined : { failed, of };
    },
  });
  if (minimal !== undefined) return minimal;
  return first === undefined || first.of === 0 ? undefined : { schedule: trial.schedule, ...first };
}
