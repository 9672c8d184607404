import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../clusters/home.ts";
import type { Witness } from "../clusters/witness.ts";
import type { TrialDocument } from "../core/run.ts";
import type { Schedule } from "../core/scenario.ts";
import type { Millis } from "../core/time.ts";
import type { Judging } from "./judging.ts";
import type { LoopClock } from "./recorder.ts";
import { runTrial, trialFolder, type TrialPlan } from "./trial.ts";

/** Trials of a run have lower numbers; a trial's number names its namespace. */
const FIRST_INDEX = 1_000_000;

/** The property by which a trial failed; undefined for one that did not. */
export const failureOf = ({ properties }: TrialDocument): string | undefined =>
  properties.find(({ verdict, known }) => verdict === "fail" && known !== true)?.name;

export type AgainPlan = Omit<TrialPlan, "index" | "seed" | "schedule" | "from" | "begun" | "atOnce"> & {
  /** What a run is expected to take until a longer one was seen. */
  readonly lasted: Millis;
  /** A folder that is removed with the run's state. */
  readonly scratch: string;
};

/** Runs of schedules of trials that failed, beside the run's own trials. */
export type Again = {
  /** Whether a run that is begun now would end by `until`, and nothing cut the whole run short. */
  fits(until: Millis): boolean;
  /** Runs it once; whether it failed by the trial's property, undefined for a run that was cut short. */
  once(trial: TrialDocument, schedule: Schedule, begun: () => void, atOnce: () => number): Promise<boolean | undefined>;
  /** Keeps the history of a run of this schedule that failed as the trial's `minimal/`. */
  keep(trial: TrialDocument, schedule: Schedule): void;
};

export function openAgain(
  plan: AgainPlan,
  home: Home,
  witness: Witness,
  judging: Judging,
  clock: LoopClock,
  signal: AbortSignal,
): Again {
  let longest: number = plan.lasted;
  let number = FIRST_INDEX;
  /** The folder of a run that failed, by its trial and schedule. */
  const failed = new Map<string, string>();
  const keyOf = ({ index }: TrialDocument, schedule: Schedule): string => JSON.stringify([index, schedule]);

  return {
    fits: (until) => !signal.aborted && clock.now() + longest <= until,
    async once(trial, schedule, begun, atOnce) {
      const from = clock.now();
      const index = number++;
      const own = { ...plan, folder: plan.scratch, index, seed: trial.seed, schedule, from, begun, atOnce };
      const { document } = await runTrial(own, home, witness, judging, clock, () => {}, signal);
      longest = Math.max(longest, clock.now() - from);
      const folder = trialFolder(plan.scratch, index);
      const fell = document.properties.some(({ name, verdict }) => name === failureOf(trial) && verdict === "fail");
      const key = keyOf(trial, schedule);
      if (fell && !failed.has(key)) failed.set(key, folder);
      else rmSync(folder, { recursive: true, force: true });
      return signal.aborted ? undefined : fell;
    },
    keep(trial, schedule) {
      const folder = failed.get(keyOf(trial, schedule));
      if (folder !== undefined)
        cpSync(folder, join(trialFolder(plan.folder, trial.index), "minimal"), { recursive: true });
    },
  };
}
