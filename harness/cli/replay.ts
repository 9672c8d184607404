import { join } from "node:path";
import { InputError } from "../core/errors.ts";
import type { TrialDocument } from "../core/run.ts";
import type { Schedule } from "../core/scenario.ts";
import type { Timing } from "../core/elector.ts";
import { findElector } from "../electors/catalogue.ts";
import { originOf } from "../electors/origin.ts";
import { successorFor } from "../electors/successor.ts";
import { worst } from "../core/verdict.ts";
import { readHistory, readRun, recordedHistory } from "../runner/read-run.ts";
import { runtimeFor, runtimeNames } from "../runner/runtimes.ts";
import { loadScenario } from "../runner/scenarios.ts";
import { readSchedule } from "../runner/schedule-file.ts";
import { EXIT, exitOf } from "./exit.ts";
import { recordedElector, warnOfChange } from "./recorded-elector.ts";
import { interruptible } from "./interrupt.ts";
import { readyPlans } from "./ready.ts";
import { integer } from "./options.ts";
import { groundFor, printRuns, quoted, runAll } from "./run.ts";

export type ReplayOptions = {
  readonly trial?: string;
  readonly minimal?: boolean;
  readonly times: string;
  readonly elector?: string;
  readonly strict?: boolean;
  readonly touchNodes?: boolean;
  readonly relayImage?: string;
  readonly out?: string;
  readonly output?: "json";
};

/** `replay <run dir>`: the realised schedule of one trial again, or what it was shrunk to, k times. */
export async function replay(folder: string, options: ReplayOptions): Promise<number> {
  const recorded = readRun(folder);
  const wanted = options.trial === undefined ? undefined : integer("--trial", 0)(options.trial);
  const trial =
    wanted === undefined
      ? (recorded.trials.find((one) => one.verdict === "fail") ?? recorded.trials[0])
      : recorded.trials.find((one) => one.index === wanted);
  if (trial === undefined)
    throw new InputError(
      `trial ${wanted ?? ""} is not in this run`,
      { file: folder, field: "--trial" },
      `it has ${recorded.trials.map((one) => one.index).join(", ") || "none"}`,
    );
  const schedule = scheduleOf(trial, options.minimal ?? false, folder, `trials[${recorded.trials.indexOf(trial)}]`);
  const elector = await (options.elector === undefined
    ? recordedElector(recorded, folder)
    : findElector(options.elector));
  const { runtime: recordedRuntime } = recorded.environment;
  const asRecorded = runtimeNames.find((name) => name === recordedRuntime);
  const runtime = runtimeFor(recorded.cluster, elector, asRecorded);
  const times = integer("--times", 1)(options.times);
  const scenario = await loadScenario(recorded.scenario);
  const successor = await successorFor(elector, scenario);
  const origin = originOf(elector, successor);
  if (options.elector === undefined) warnOfChange(recorded, origin, elector);
  const plan = {
    name: recorded.scenario,
    scenario,
    elector,
    origin,
    ...(successor && { successor }),
    cluster: recorded.cluster,
    ...(runtime === undefined ? {} : { runtime }),
    ...(options.touchNodes && { touchNodes: true }),
    timing: recordedTiming(folder, trial.index),
    trials: times,
    seed: trial.seed,
    shard: { index: 0, of: 1 },
    jobs: 1,
    strict: options.strict ?? false,
    thresholds: [],
    schedule,
    replay: `npm run interregnum -- replay ${quoted(folder)} --trial ${trial.index}${options.minimal ? " --minimal" : ""}${options.elector === undefined ? "" : ` --elector ${quoted(origin.file ?? elector.name)}`}`,
    ...(options.out === undefined ? {} : { out: options.out }),
  };
  return interruptible(async (signal) => {
    const ready = await readyPlans([plan], signal);
    await using ground = groundFor(plan.cluster, options);
    const results = await runAll(ready, { reporter: ["default"], ...options }, signal, ground);
    const runs = results.map((result) => result.run);
    if (options.output === "json") printRuns(runs);
    return signal.aborted ? EXIT.interrupted : exitOf(worst(runs.map((run) => run.verdict)));
  });
}

/** The trial's schedule, or what it was shrunk to; `field` is the trial's place in run.json. */
function scheduleOf(trial: TrialDocument, minimal: boolean, folder: string, field: string): Schedule {
  const file = join(folder, "run.json");
  if (!minimal) return readSchedule(trial.schedule, file, `${field}.schedule`);
  if (trial.minimal === undefined)
    throw new InputError(
      `trial ${trial.index} has no minimal schedule`,
      { file, field: `${field}.minimal` },
      "leave --minimal out, or give a --trial that has one",
    );
  return readSchedule(trial.minimal.schedule, file, `${field}.minimal.schedule`);
}

/** The timing that the trial ran at, from its history's header. */
const recordedTiming = (folder: string, index: number): Timing =>
  readHistory(recordedHistory(folder, index)).header.elector.timing;
