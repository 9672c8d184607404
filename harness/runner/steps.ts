import type { Cluster } from "../core/cluster.ts";
import type { Elector, Timing } from "../core/elector.ts";
import { assert } from "../core/errors.ts";
import type { HistoryEvent, Recorder } from "../core/events.ts";
import type { FaultCall } from "../core/fault.ts";
import { boundOf, type ScheduledFault, type ScheduledStep } from "../core/scenario.ts";
import { formatMillis, millis, type Millis } from "../core/time.ts";
import { recallFault } from "../faults/index.ts";
import { inflict } from "./nemesis.ts";
import { until } from "./wait.ts";

/** What a step works with. */
export type Stage = {
  readonly cluster: Cluster;
  readonly elector: Elector;
  readonly timing: Timing;
  readonly replicas: number;
  readonly recorder: Recorder & { readonly events: readonly HistoryEvent[] };
  /** Why the replicas cannot run at all, when that is known. */
  failure(): string | undefined;
  /** How replicas ended by themselves, if they did. */
  words(): string | undefined;
  say(text: string): void;
};

/** Starting processes, restarts and their back-off are granted this beside the elector's own bound. */
const START_ALLOWANCE = 12_000;

/** How long a step waits for what the elector promises before the scenario goes on without it. */
const patience = (stage: Stage): Millis =>
  millis(1.5 * boundOf(stage.elector.profile.takeover, stage.timing) + START_ALLOWANCE);

type Numbered = { readonly step: ScheduledStep; readonly index: number };

/** Runs the steps one after another, those that are beside each other at once; ends early when there is nothing to show. */
export async function runSteps(stage: Stage, steps: readonly ScheduledStep[], signal: AbortSignal): Promise<void> {
  const groups: Numbered[][] = [];
  for (const [index, step] of steps.entries()) {
    const last = groups.at(-1);
    if (step.kind === "settle" || step.beside === undefined || last === undefined) groups.push([{ step, index }]);
    else last.push({ step, index });
  }
  for (const group of groups) if (!(await runTogether(stage, group, signal))) return;
}

/** Runs one step and those beside it; a failure ends, and heals, the others before it is told. */
async function runTogether(stage: Stage, group: readonly Numbered[], signal: AbortSignal): Promise<boolean> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];
  let previous: Promise<void> = Promise.resolve();
  const works = group.map(async ({ step, index }) => {
    const before = previous;
    const { promise, resolve: begun } = Promise.withResolvers<void>();
    previous = promise;
    try {
      await before;
      if (step.kind !== "settle" && step.beside !== undefined) await stage.cluster.time.sleep(step.beside, either);
      return await runStep(stage, step, index, begun, either);
    } catch (error) {
      failures.push(error);
      stop.abort(error);
      return false;
    } finally {
      begun();
    }
  });
  const going = await Promise.all(works);
  if (failures.length > 0) throw failures[0];
  return going.every(Boolean);
}

/** Runs one step, and tells when its fault is in force; false when the trial has nothing more to show (no leader ever, or the replicas cannot run). */
async function runStep(
  stage: Stage,
  step: ScheduledStep,
  index: number,
  begun: () => void,
  signal: AbortSignal,
): Promise<boolean> {
  const { recorder } = stage;
  const name = step.kind === "inject" ? step.fault : step.kind;
  const mark = (phase: "start" | "end" | "timeout", detail?: string): void =>
    recorder.record({
      type: "step",
      at: recorder.now(),
      index,
      name,
      phase,
      ...(detail === undefined ? {} : { detail }),
    });
  mark("start");
  const problem = await perform(stage, step, index, begun, signal);
  mark(problem === undefined ? "end" : "timeout", problem);
  return stage.failure() === undefined && (problem === undefined || index > 0);
}

async function perform(
  stage: Stage,
  step: ScheduledStep,
  index: number,
  begun: () => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  switch (step.kind) {
    case "settle":
      return settle(stage, step.ms, signal);
    case "inject":
      return injectStep(stage, step, index, begun, signal);
    case "rollout":
      begun();
      return rolloutStep(stage, step, signal);
    default:
      throw step satisfies never;
  }
}

/** One leader by its own statement, every replica running and contending; then `dwell` more, and until it is so again. */
async function settle(stage: Stage, dwell: Millis, signal: AbortSignal): Promise<string | undefined> {
  const { cluster, recorder, replicas } = stage;
  const from = recorder.now();
  const settled = onNews(recorder, () => {
    if (stage.failure() !== undefined) return true;
    const running = cluster.replicas().filter((replica) => replica.phase === "running");
    return running.length === replicas && cluster.leader() !== undefined && allContend(stage, running.map(nameOf));
  });
  const held = await until(settled, cluster.time, patience(stage), signal);
  if (stage.failure() !== undefined) return stage.failure();
  if (!held) {
    const waited = formatMillis(recorder.now() - from);
    const running = cluster.replicas().filter((replica) => replica.phase === "running").length;
    const leader = cluster.leader();
    const text = `not settled after ${waited}: ${running} of ${replicas} replicas run, ${leader ? `${leader.replica} leads` : "nobody leads"}`;
    const words = stage.words();
    stage.say(words === undefined ? text : `${text}; ${words}`);
    // What follows is still worth seeing when somebody leads or led; the caller decides.
    return text;
  }
  stage.say(`settled after ${formatMillis(recorder.now() - from)}: ${cluster.leader()?.replica} leads`);
  await cluster.time.sleep(dwell, signal);
  // Who was found leading may have been about to learn that it no longer did.
  await until(settled, cluster.time, patience(stage), signal);
  return stage.failure();
}

/** A look in so many is taken though nothing was recorded since the last. */
const ANYWAY = 10;

/** Looks at a condition again only when something was recorded meanwhile: most looks of a waiting trial see nothing new. */
function onNews({ events }: Stage["recorder"], condition: () => boolean): () => boolean {
  let [known, looks, held] = [-1, 0, false];
  return () => {
    looks += 1;
    if (events.length === known && looks % ANYWAY !== 0) return held;
    known = events.length;
    return (held = condition());
  };
}

const nameOf = (replica: { readonly replica: string }): string => replica.replica;

/** Every named replica has asked its API at least once. */
function allContend(stage: Stage, names: readonly string[]): boolean {
  const waiting = new Set(names);
  for (const event of stage.recorder.events)
    if (event.type === "invoke" && waiting.delete(event.replica) && waiting.size === 0) return true;
  return waiting.size === 0;
}

async function injectStep(
  stage: Stage,
  step: Extract<ScheduledStep, { kind: "inject" }>,
  index: number,
  begun: () => void,
  signal: AbortSignal,
): Promise<undefined> {
  const { cluster, recorder } = stage;
  const { fault: name, ms, when, until: healedAt } = step;
  stage.say(`${name}: injecting`);
  const landed = (targets: readonly string[]): void =>
    stage.say(
      `${name}: landed${targets.length > 0 ? ` on ${targets.join(", ")}` : ""}${ms > 0 ? `, held ${formatMillis(ms)}` : ""}`,
    );
  const outcome = await inflict(
    cluster,
    callOf(step),
    `${name}-${index}`,
    ms,
    recorder,
    (seen) => {
      begun();
      if (seen.landed) landed(seen.targets);
    },
    signal,
    {
      ...(when && { when: { moment: when.moment, ...(when.by && { by: callOf(when.by) }) } }),
      ...(healedAt && { until: healedAt }),
    },
  );
  stage.say(outcome.landed ? `${name}: healed` : `${name}: did not land (${outcome.detail})`);
  return undefined;
}

/** The fault that a schedule names; one that was read from a file was checked when it was read. */
function callOf({ fault, parameters }: ScheduledFault): FaultCall {
  const call = recallFault(fault, parameters);
  assert(call !== undefined, `the schedule names the fault ${fault}, and there is none`);
  return call;
}

async function rolloutStep(
  stage: Stage,
  { ms: during, to }: Extract<ScheduledStep, { kind: "rollout" }>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { cluster, recorder } = stage;
  const from = recorder.now();
  if (to !== undefined && cluster.migrate === undefined) return `this cluster rolls no elector to its ${to}`;
  stage.say("rollout: started");
  const bound = millis(patience(stage) * stage.replicas);
  const outcome = await (to === undefined ? cluster.rollout(bound, signal) : cluster.migrate!(bound, signal));
  stage.say(
    outcome.complete
      ? `rollout: complete after ${formatMillis(recorder.now() - from)} (${outcome.from} → ${outcome.to})`
      : `rollout: stuck, ${outcome.detail}`,
  );
  await cluster.time.sleep(during, signal);
  return outcome.complete ? undefined : outcome.detail;
}
