import { randomInt } from "node:crypto";
import { join } from "node:path";
import { findElector } from "../electors/catalogue.ts";
import { originOf } from "../electors/origin.ts";
import { successorFor } from "../electors/successor.ts";
import type { Elector, Timing } from "../core/elector.ts";
import type { Origin, RunDocument } from "../core/run.ts";
import { millis } from "../core/time.ts";
import { InputError } from "../core/errors.ts";
import { worst } from "../core/verdict.ts";
import type { Scenario } from "../core/scenario.ts";
import type { Progress } from "../report/progress.ts";
import { runsJson, type SkippedRun } from "../report/json.ts";
import type { Reporter } from "../report/reporter.ts";
import { plainLines, plainText } from "../report/safe.ts";
import { reporterNamed, reporterNames } from "../report/reporters.ts";
import { capabilitiesOf, checkElector } from "../runner/homes.ts";
import { checkKnownLimits } from "../runner/known-limits.ts";
import { openGround, type Ground } from "../runner/ground.ts";
import { pointLatest } from "../runner/folder.ts";
import { openLoopClock } from "../runner/recorder.ts";
import { lackOf } from "../runner/needs.ts";
import type { RunPlan } from "../runner/plan.ts";
import { runPlan, type RunResult } from "../runner/run.ts";
import { runtimeFor } from "../runner/runtimes.ts";
import { loadScenario } from "../runner/scenarios.ts";
import { askedThreshold } from "../runner/thresholds.ts";
import { writeRun } from "../runner/write-run.ts";
import { EXIT, exitOf } from "./exit.ts";
import type { RunOptions } from "./run-options.ts";
import { checkCluster } from "./check-cluster.ts";
import { interruptible } from "./interrupt.ts";
import { scenariosOnce } from "./once.ts";
import { readyPlans } from "./ready.ts";
import * as option from "./options.ts";

/** Files that every run's folder holds; --reporter adds to them and says what the terminal shows. */
export const FILES = ["html", "junit", "markdown"];

/** Runs of a schedule at once while it is shrunk, unless --jobs says otherwise: crowding makes unknown, never a failure. */
const SHRINK_WIDTH = 4;

/** `run <scenario>…`: exit status by the worst verdict; a scenario that the cluster cannot run is skipped by name. */
export async function run(names: readonly string[], options: RunOptions): Promise<number> {
  const elector = await findElector(options.elector);
  const plans = await plansFor(names, elector, options);
  const able = plans.filter((plan) => skipOf(plan) === undefined);
  const skipped = plans.flatMap((plan): readonly SkippedRun[] => {
    const why = skipOf(plan);
    return why === undefined ? [] : [{ scenario: plan.name, elector: elector.name, skipped: why }];
  });
  for (const { skipped: why } of skipped) console.error(plainText(`skipped: ${why}`));
  if (able.length === 0) {
    if (options.output === "json") printRuns([], skipped);
    return EXIT.unknown; // no evidence
  }
  return interruptible(async (signal) => {
    const ready = await readyPlans(able, signal);
    await using ground = groundFor(options.cluster, options);
    const runs = (await runAll(ready, options, signal, ground)).map((result) => result.run);
    if (options.output === "json") printRuns(runs, skipped);
    return signal.aborted ? EXIT.interrupted : exitOf(worst(runs.map((document) => document.verdict)));
  });
}

/** Why the plan's cluster cannot run its scenario; undefined when it can. */
export function skipOf({
  name,
  scenario,
  cluster,
  runtime,
  touchNodes = false,
}: Pick<RunPlan, "name" | "scenario" | "cluster" | "runtime" | "touchNodes">): string | undefined {
  const lackWith = (consent: boolean) => lackOf(scenario, capabilitiesOf(cluster, { runtime, touchNodes: consent }));
  const lack = lackWith(touchNodes);
  if (lack.length === 0) return undefined;
  const consent = !touchNodes && lackWith(true).length === 0;
  return `${name} asks for ${lack.join(", ")}, which the cluster ${cluster} has ${consent ? "only with --touch-nodes" : "not"}`;
}

/** The plans of one elector for the named scenarios; every input is checked before anything starts. */
export async function plansFor(
  names: readonly string[],
  elector: Elector,
  options: RunOptions,
): Promise<readonly Omit<RunPlan, "from">[]> {
  scenariosOnce(names);
  const thresholds = options.threshold.map(askedThreshold);
  for (const name of options.reporter) checkReporter(name);
  await checkCluster(options.cluster);
  checkKnownLimits(elector);
  checkElector(options.cluster, elector);
  const runtime = runtimeFor(options.cluster, elector, options.runtime);
  const seed = options.seed ?? randomInt(2 ** 31);
  const timing = option.timingFor(elector, options.timing);
  // A simulated trial keeps one thread busy: two at once would only take turns.
  const jobs = options.jobs ?? (options.cluster === "simulation" ? 1 : undefined);
  const scenarios = await Promise.all(
    names.map(async (name) => {
      const scenario = withReplicas(name, await loadScenario(name), options);
      const successor = await successorFor(elector, scenario);
      if (successor !== undefined) checkElector(options.cluster, successor);
      return { name, scenario, successor };
    }),
  );
  return scenarios.map(({ name, scenario, successor }) => ({
    name,
    scenario,
    elector,
    origin: originOf(elector, successor),
    ...(successor && { successor }),
    cluster: options.cluster,
    ...(runtime !== undefined && { runtime }),
    ...(options.touchNodes && { touchNodes: true }),
    timing,
    trials: options.trials,
    seed,
    shard: options.shard,
    ...(jobs !== undefined && { jobs }),
    ...(options.shrink !== false && { shrink: { budget: options.shrink, width: options.jobs ?? SHRINK_WIDTH } }),
    strict: options.strict ?? false,
    thresholds,
    replay: replayCommand(name, elector, originOf(elector), options, seed),
    ...(options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit }),
    ...(options.out === undefined ? {} : { out: names.length > 1 ? join(options.out, name) : options.out }),
  }));
}

/** The scenario with --replicas; InputError for one that draws their number. */
function withReplicas(name: string, scenario: Scenario, { replicas }: RunOptions): Scenario {
  if (replicas === undefined) return scenario;
  if ("steps" in scenario) return { ...scenario, replicas };
  throw new InputError(`${name} draws its number of replicas`, { field: "--replicas" }, "leave --replicas out");
}

/** Runs the plans one after another, each with reporters of its own. */
export async function runAll(
  plans: readonly Omit<RunPlan, "from">[],
  options: Pick<RunOptions, "reporter" | "output" | "out">,
  signal: AbortSignal,
  ground: Ground,
): Promise<readonly RunResult[]> {
  using clock = openLoopClock();
  const results: RunResult[] = [];
  for (const plan of plans) {
    if (signal.aborted) break;
    const reporters = await openReporters(options, () => clock.now());
    const report = (progress: Progress): void => reporters.forEach((reporter) => reporter.on(progress));
    try {
      // The process itself is part of what the first run costs.
      const from = results.length === 0 ? millis(0) : clock.now();
      const result = await runPlan({ ...plan, from }, clock, report, signal, ground);
      report({ type: "run-end", run: result.run, folder: result.folder });
      await writeRun(result, reporters);
      const problem = options.out === undefined ? pointLatest(result.folder) : undefined;
      if (problem !== undefined) console.error(plainText(`warning: ${problem}`));
      results.push(result);
    } finally {
      for (const reporter of reporters) reporter[Symbol.dispose]?.();
    }
  }
  return results;
}

/** What the runs of one command stand on; what it does meanwhile is told on stderr. */
export const groundFor = (
  cluster: string,
  { keep, nodeImage, touchNodes, relayImage }: Pick<RunOptions, "keep" | "nodeImage" | "touchNodes" | "relayImage">,
): Ground =>
  openGround(cluster, {
    ...(touchNodes === undefined ? {} : { touchNodes }),
    ...(relayImage === undefined ? {} : { relayImage }),
    ...(nodeImage === undefined ? {} : { nodeImage }),
    ...(keep === undefined ? {} : { keep }),
    say: (text) => void process.stderr.write(`${plainLines(text)}\n`),
  });

function checkReporter(name: string): void {
  if (!reporterNames.includes(name))
    throw new InputError(
      `there is no reporter "${name}"`,
      { field: "--reporter" },
      `give one or more of ${reporterNames.join(",")}`,
    );
}

async function openReporters(
  options: Pick<RunOptions, "reporter" | "output">,
  now: () => number,
): Promise<readonly Reporter[]> {
  const json = options.output === "json";
  const names = new Set([...options.reporter, ...FILES]);
  // `-o json` prints its one document itself, over all scenarios
  if (json) names.delete("json");
  const settings = {
    stream: json ? process.stderr : process.stdout,
    stdout: json ? process.stderr : process.stdout,
    env: process.env,
    now,
  };
  return Promise.all([...names].map((name) => reporterNamed(name, settings)));
}

/** The one document of `-o json`. */
export const printRuns = (runs: readonly RunDocument[], skipped: readonly SkippedRun[] = []): void =>
  void process.stdout.write(runsJson(runs, skipped));

/** A shell word. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The command that judges the same schedules of the same elector again. */
function replayCommand(name: string, elector: Elector, { file }: Origin, options: RunOptions, seed: number): string {
  const parts = ["--seed", String(seed)];
  // By where it came from: a user's elector may be called as the default one is.
  if (file !== undefined || elector.name !== "reference") parts.push("--elector", file ?? elector.name);
  if (options.cluster !== "embedded") parts.push("--cluster", options.cluster);
  if (options.touchNodes) parts.push("--touch-nodes");
  if (options.relayImage !== undefined) parts.push("--relay-image", options.relayImage);
  if (options.replicas !== undefined) parts.push("--replicas", String(options.replicas));
  if (options.runtime !== undefined) parts.push("--runtime", options.runtime);
  if (options.trials > 1) parts.push("--trials", String(options.trials));
  if (options.timing !== undefined) parts.push("--timing", timingText(options.timing));
  if (options.strict) parts.push("--strict");
  return `npm run scenario ${name} -- ${parts.map(quoted).join(" ")}`;
}

const timingText = ({ leaseDuration, renewDeadline, retryPeriod }: Timing): string =>
  [leaseDuration, renewDeadline ?? leaseDuration, retryPeriod].map((value) => `${value}ms`).join("/");
