import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../clusters/home.ts";
import type { TrialDocument } from "../core/run.ts";
import { formatMillis, type Millis } from "../core/time.ts";
import type { Witness } from "../clusters/witness.ts";
import type { Judging } from "./judging.ts";
import { inParallel } from "./pool.ts";
import type { LoopClock } from "./recorder.ts";
import { type Minimal, shrink } from "./shrink.ts";
import { runTrial, trialFolder, type TrialPlan, type TrialResult } from "./trial.ts";
import { fixedValve } from "./valve.ts";

/** Trials of a run have lower numbers; a trial's number names its namespace. */
const FIRST_INDEX = 1_000_000;

/** The trial of the lowest number that failed by a property of its own. */
export const firstFailing = (results: readonly TrialResult[]): TrialResult | undefined =>
  results
    .filter(({ document }) => failureOf(document) !== undefined)
    .toSorted((a, b) => a.document.index - b.document.index)[0];

const failureOf = ({ properties }: TrialDocument): string | undefined =>
  properties.find(({ verdict, known }) => verdict === "fail" && known !== true)?.name;

export type ShrinkPlan = Omit<TrialPlan, "index" | "seed" | "schedule" | "from" | "begun" | "atOnce"> & {
  /** No run is begun that would end later, in ms from now. */
  readonly budget: Millis;
  /** Runs at once. */
  readonly width: number;
  /** A folder that is removed with the run's state. */
  readonly scratch: string;
};

/** Shrinks a trial that failed; the history of a run of the minimal schedule is kept as the trial's `minimal/`. */
export async function shrinkTrial(
  { document }: TrialResult,
  plan: ShrinkPlan,
  home: Home,
  witness: Witness,
  judging: Judging,
  clock: LoopClock,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<Minimal> {
  const property = failureOf(document)!;
  const { index: trial, seed } = document;
  const from = clock.now();
  let longest = 0;
  let number = FIRST_INDEX;
  /** A run that failed, by its schedule. */
  const failed = new Map<string, string>();
  const going = (): boolean => !signal.aborted && clock.now() - from + longest <= plan.budget;
  note(`trial ${trial} failed by ${property}: it is shrunk, for ${formatMillis(plan.budget)} at the most`);
  const minimal = await shrink(document.schedule, plan.timing, {
    say: (text) => note(`shrinking trial ${trial}: ${text} (${formatMillis(clock.now() - from)})`),
    async attempt(schedule, times) {
      let [done, fails] = [0, 0];
      const valve = fixedValve(plan.width);
      await inParallel([...Array(times).keys()], valve, going, async (_time, begun) => {
        const started = clock.now();
        const index = number++;
        const own = { ...plan, folder: plan.scratch, index, seed, schedule, from: started, begun, atOnce: valve.most };
        const again = await runTrial(own, home, witness, judging, clock, () => {}, signal);
        longest = Math.max(longest, clock.now() - started);
        const folder = trialFolder(plan.scratch, index);
        if (!signal.aborted) done += 1;
        const fell = again.document.properties.some(({ name, verdict }) => name === property && verdict === "fail");
        if (fell) fails += 1;
        if (fell && !failed.has(JSON.stringify(schedule))) failed.set(JSON.stringify(schedule), folder);
        else rmSync(folder, { recursive: true, force: true });
      });
      return done < times ? undefined : { failed: fails, of: times };
    },
  });
  const kept = failed.get(JSON.stringify(minimal.schedule));
  if (kept !== undefined) cpSync(kept, join(trialFolder(plan.folder, trial), "minimal"), { recursive: true });
  return minimal;
}
