import type { Elector } from "../core/elector.ts";
import { RUN_FORMAT, type RunDocument } from "../core/run.ts";

import type { Home, HomeOptions } from "../clusters/home.ts";
import { worst } from "../core/verdict.ts";
import { drawSchedule } from "../generators/schedule.ts";
import { millis } from "../core/time.ts";
import type { Progress } from "../report/progress.ts";
import { openWitness } from "../clusters/witness.ts";
import { describeEnvironment, type Measured } from "./environment.ts";
import type { Ground } from "./ground.ts";
import { capabilitiesOf, openHome } from "./homes.ts";
import { openJudging } from "./judging.ts";
import { makeRunFolder, newRunId } from "./folder.ts";
import { summariseMeasures } from "./measures.ts";
import type { RunPlan } from "./plan.ts";
import { inParallel } from "./pool.ts";
import type { LoopClock } from "./recorder.ts";
import { openState, type RunState } from "./state.ts";
import { judgeThreshold, reasonOf, verdictOf } from "./thresholds.ts";
import { type Again, openAgain } from "./again.ts";
import { minimalsOf, type MinimalsPlan } from "./minimals.ts";
import { runTrial, type TrialResult } from "./trial.ts";
import { fixedValve, measuringValve, type Valve } from "./valve.ts";

export type RunResult = {
  readonly run: RunDocument;
  readonly trials: readonly TrialResult[];
  readonly folder: string;
};

/** Runs all trials of a plan and judges them; nothing of it is left on the machine when it returns or throws. */
export async function runPlan(
  plan: RunPlan,
  clock: LoopClock,
  report: (progress: Progress) => void,
  signal: AbortSignal,
  ground: Pick<Ground, "openHome"> = { openHome: (home, cut) => openHome(plan.cluster, home, cut) },
): Promise<RunResult> {
  const id = newRunId();
  using state = openState(id);
  const folder = makeRunFolder({
    scenario: plan.name,
    elector: plan.elector.name,
    id,
    ...(plan.out === undefined ? {} : { out: plan.out }),
  });
  const indices = Array.from({ length: plan.trials }, (_, index) => index).filter(
    (index) => index % plan.shard.of === plan.shard.index,
  );
  const { elector, timing } = plan;
  const can = capabilitiesOf(plan.cluster, plan);
  report({
    type: "run-start",
    scenario: plan.name,
    elector: elector.name,
    cluster: plan.cluster,
    trials: indices.length,
    ...(plan.jobs === undefined ? {} : { jobs: plan.jobs }),
    folder,
  });
  const limit = new AbortController();
  const started = clock.now();
  const timer = plan.timeLimit && setTimeout(() => limit.abort("time-limit"), plan.timeLimit);
  const either = AbortSignal.any([signal, limit.signal]);
  const results: TrialResult[] = [];
  let [longest, lasted, atOnce] = [0, 0, 0];
  let kubernetes: string | undefined;
  const more = (): boolean =>
    !either.aborted && (plan.timeLimit === undefined || clock.now() - started + longest <= plan.timeLimit);
  {
    await using home = await unlessInterrupted(ground.openHome(homeOptions(plan, id, state), signal), signal);
    await using witness = await openWitness(home?.address);
    await using judging = openJudging();
    using valve = openValve(plan, clock);
    try {
      if (home === undefined)
        return { run: documentOf(plan, id, [], { clock, atOnce }, "interrupted"), trials: [], folder };
      ({ kubernetes } = home);
      const drawn = asDaemons(elector, home);
      if (drawn.replicas !== elector.replicas)
        report({ type: "note", text: `a DaemonSet has a pod on each of ${drawn.replicas} nodes here` });
      await inParallel(indices, valve, more, async (index, begun) => {
        const seed = plan.seed + index;
        const began = clock.now();
        const from = index === indices[0] ? plan.from : began;
        report({ type: "trial-start", trial: index, seed });
        const schedule = plan.schedule ?? drawSchedule(plan.scenario, drawn, timing, seed, can);
        const say = (text: string): void => report({ type: "step", trial: index, text });
        const result = await runTrial(
          { ...plan, index, seed, schedule, folder, run: id, from, begun, atOnce: valve.most },
          home,
          witness,
          judging,
          clock,
          say,
          either,
        );
        results.push(result);
        longest = Math.max(longest, clock.now() - from);
        lasted = Math.max(lasted, clock.now() - began);
        report({ type: "trial-end", trial: result.document });
      });
      if (plan.shrink !== undefined) {
        const left = (plan.timeLimit ?? Infinity) - (clock.now() - started);
        const own = { ...plan, lasted: millis(lasted), folder, scratch: state.folder, run: id };
        await addMinimals(results, openAgain(own, home, witness, judging, clock, either), {
          timing,
          now: () => clock.now(),
          budget: millis(Math.min(plan.shrink.budget, left)),
          width: plan.shrink.width,
          lasted: millis(lasted),
          shrinks: !("steps" in plan.scenario),
          note: (text) => report({ type: "note", text }),
        });
      }
    } finally {
      atOnce = valve.most();
      clearTimeout(timer);
    }
  }
  const ended = signal.aborted ? "interrupted" : results.length < indices.length ? "time-limit" : undefined;
  const trials = results.toSorted((a, b) => a.document.index - b.document.index);
  return { run: documentOf(plan, id, trials, { clock, atOnce, kubernetes }, ended), trials, folder };
}

/** Gives every trial that failed its `minimal`, or why it has none. */
async function addMinimals(results: TrialResult[], again: Again, plan: MinimalsPlan): Promise<void> {
  const documents = results.map(({ document }) => document);
  for (const document of await minimalsOf(documents, again, plan)) {
    const at = results.findIndex((result) => result.document.index === document.index);
    results[at] = { ...results[at]!, document };
  }
}

const homeOptions = ({ runtime }: RunPlan, run: string, { folder, memory, ledger }: RunState): HomeOptions => ({
  run,
  folder,
  memory,
  ledger,
  ...(runtime === undefined ? {} : { runtime }),
});

/** The elector with as many replicas as it can have there: a DaemonSet's are as many as there are nodes. */
const asDaemons = (elector: Elector, home: Home): Elector =>
  elector.workload === "DaemonSet" ? { ...elector, replicas: home.daemons?.(elector) ?? elector.replicas } : elector;

const openValve = ({ jobs, elector }: RunPlan, clock: LoopClock): Valve =>
  jobs === undefined ? measuringValve(clock, elector.replicas) : fixedValve(jobs);

/** What was opened; undefined where the opening was cut short by Ctrl-C. */
async function unlessInterrupted<T>(opening: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function documentOf(
  plan: RunPlan,
  id: string,
  results: readonly TrialResult[],
  measured: Measured,
  ended: string | undefined,
): RunDocument {
  const trials = results.map((result) => result.document);
  const measures = summariseMeasures(trials, plan.seed);
  const thresholds = plan.thresholds.map((threshold) => judgeThreshold(threshold, measures));
  const verdict = worst([...trials.map((trial) => trial.verdict), ...thresholds.map(verdictOf)]);
  const worstTrial = trials.find((trial) => trial.verdict === verdict);
  return {
    format: RUN_FORMAT,
    id,
    scenario: plan.name,
    elector: plan.elector.name,
    cluster: plan.cluster,
    seed: plan.seed,
    verdict,
    reason: worstTrial?.reason ?? reasonOf(thresholds) ?? "no trial was finished",
    trials,
    measures,
    thresholds,
    environment: describeEnvironment(plan, measured),
    replay: plan.replay,
    ...(ended === undefined ? {} : { ended }),
  };
}
