import type { Timing } from "../core/elector.ts";
import type { Schedule } from "../core/scenario.ts";
import { simpler } from "../generators/simpler.ts";
import { scheduleText } from "../report/schedule-text.ts";

/** How often a schedule failed again, of how many runs of it. */
export type Rate = { readonly failed: number; readonly of: number };
export type Minimal = Rate & { readonly schedule: Schedule };

/** Runs of each schedule that is tried. */
export const CONFIRMATIONS = 4;
/** Runs that the rate of the minimal schedule rests on at the last. */
export const RATED_BY = 10;

export type Attempts = {
  /** Runs the schedule so many times, some at once; undefined when the budget is used up, or the run was cut short. */
  attempt(schedule: Schedule, times: number): Promise<Rate | undefined>;
  say(text: string): void;
};

const rateText = ({ failed, of }: Rate): string => `failed ${failed} of ${of}`;

/**
 * The simplest schedule found that still fails: greedy, from the schedule that failed once. A candidate is taken when
 * it fails, and at least half as often as that one did. What was found last is returned when the attempts end; undefined
 * when they ended before the first. The failure that was found counts to no rate: it was not a failure again.
 */
export async function shrink(
  failing: Schedule,
  timing: Timing,
  { attempt, say }: Attempts,
): Promise<Minimal | undefined> {
  const again = await attempt(failing, CONFIRMATIONS);
  if (again === undefined) return undefined;
  let best: Minimal = { schedule: failing, ...again };
  say(`the same schedule ${rateText(again)} more`);
  if (again.failed === 0) return best;
  const least = (1 + again.failed) / (1 + again.of) / 2;
  const tried = new Set<string>();
  const next = (): Schedule | undefined => {
    for (const candidate of simpler(best.schedule, timing)) if (!tried.has(JSON.stringify(candidate))) return candidate;
    return undefined;
  };
  for (let candidate = next(); candidate !== undefined; candidate = next()) {
    tried.add(JSON.stringify(candidate));
    const rate = await attempt(candidate, CONFIRMATIONS);
    if (rate === undefined) return best;
    const taken = rate.failed > 0 && rate.failed / rate.of >= least;
    if (taken) best = { schedule: candidate, ...rate };
    say(`${taken ? "simpler" : "not simpler"}, ${rateText(rate)}: ${scheduleText(candidate)}`);
  }
  const more = await attempt(best.schedule, Math.max(0, RATED_BY - best.of));
  return more === undefined ? best : { ...best, failed: best.failed + more.failed, of: best.of + more.of };
}
