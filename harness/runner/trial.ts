import { join } from "node:path";
import { allProperties } from "../checkers/index.ts";
import type { Home } from "../clusters/home.ts";
import { realTime } from "../clusters/real-time.ts";
import { judgedLock } from "../clusters/lock-path.ts";
import { crowdingAdvice } from "../core/crowding.ts";
import type { Elector, Timing } from "../core/elector.ts";
import { HISTORY_FORMAT, type EndEvent, type HistoryHeader } from "../core/events.ts";
import type { Judgement } from "../core/judge.ts";
import type { Judging } from "./judging.ts";
import { lastWords } from "./last-words.ts";
import type { Property } from "../core/property.ts";
import type { Millis } from "../core/time.ts";
import type { TrialDocument } from "../core/run.ts";
import type { Scenario, Schedule } from "../core/scenario.ts";
import { viewOf } from "../core/reading.ts";
import type { View } from "../core/view.ts";
import { minimumFor } from "../generators/schedule.ts";
import { watchSteal } from "../probes/steal.ts";
import type { Witness } from "../clusters/witness.ts";
import { needsOf } from "./needs.ts";
import { readHistory } from "./read-run.ts";
import { openRecorder, type LoopClock } from "./recorder.ts";
import { runSteps } from "./steps.ts";
import { HARNESS_VERSION } from "./version.ts";

/** ELECTION_NAME of every trial; a namespace of its own keeps trials apart. */
const ELECTION = "interregnum";

export type TrialPlan = {
  readonly index: number;
  readonly seed: number;
  readonly name: string;
  readonly scenario: Scenario;
  readonly elector: Elector;
  /** What the elector is rolled to where the scenario migrates. */
  readonly successor?: Elector;
  readonly timing: Timing;
  readonly schedule: Schedule;
  readonly strict: boolean;
  /** The run's folder. */
  readonly folder: string;
  /** Unique on this machine: names the namespace. */
  readonly run: string;
  /** When the harness began to work for this trial: its own start is counted from here. */
  readonly from: Millis;
  /** Called when every replica has had its first process. */
  readonly begun: () => void;
  /** The most trials that ran at once so far. */
  readonly atOnce: () => number;
};

/** The view is read back from the history when it is asked for: nobody keeps a run's events in memory. */
export type TrialResult = { readonly document: TrialDocument; readonly view: () => View };

export const trialFolder = (run: string, index: number): string => join(run, "trials", String(index));

const historyFile = (folder: string): string => join(folder, "history.jsonl");

/** The view of a recorded trial of a run's folder. */
export const recordedView = (run: string, index: number): View =>
  viewOf(readHistory(historyFile(trialFolder(run, index))));

/** Made out here: a closure of the trial's own would keep all its events in memory. */
const finished = (document: TrialDocument, folder: string): TrialResult => ({
  document,
  view: () => recordedView(folder, document.index),
});

/** Runs one trial in a namespace of its own and judges what was seen, also when `signal` cut it short. */
export async function runTrial(
  plan: TrialPlan,
  home: Home,
  witness: Witness,
  judging: Judging,
  clock: LoopClock,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<TrialResult> {
  const { elector, successor, timing } = plan;
  const folder = trialFolder(plan.folder, plan.index);
  const [{ replicas, strategy }, ...steps] = plan.schedule;
  const namespace = home.namespaceOf?.(plan.index) ?? `trial-${plan.index}`;
  const header = headerOf(plan, home.name, namespace);
  const own = home.time?.();
  const time = own ?? realTime(clock);
  const file = historyFile(folder);
  const timed = own === undefined ? clock : { now: own.now, since: own.since, observed: clock.observed };
  await using recorder = openRecorder({ clock: timed, file, header });
  // In a time of its own a trial feels nothing of this machine's.
  using _stalls = own === undefined ? clock.stalls((stall) => recorder.record(stall)) : undefined;
  using _steal = own === undefined ? watchSteal({ recorder }) : undefined;
  let [problem, said]: (string | undefined)[] = [];
  let measured: Readonly<Record<string, readonly number[]>> = {};
  let [opened, over] = [plan.from, plan.from];
  {
    await using trial = await home.openTrial(
      {
        elector,
        ...(successor && { successor }),
        timing,
        replicas,
        strategy,
        election: ELECTION,
        namespace,
        recorder,
        time,
        needs: needsOf(plan.schedule),
        seed: plan.seed,
        logs: folder,
        witness,
      },
      signal,
    );
    opened = clock.now();
    plan.begun();
    const failure = (): string | undefined => trial.failure() ?? recorder.failure()?.message;
    const words = (): string | undefined => lastWords(recorder.events, (replica) => trial.logTail(replica));
    const stage = { cluster: trial.cluster, elector, timing, replicas, recorder, failure, words, say };
    try {
      await runSteps(stage, steps, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    problem = trial.failure();
    const reason: EndEvent["reason"] = !signal.aborted
      ? "complete"
      : signal.reason === "time-limit"
        ? "time-limit"
        : "interrupted";
    const since = (await trial.caughtUp?.()) ?? recorder.since();
    measured = trial.measures?.() ?? {};
    recorder.record({ type: "end", since, at: recorder.now(), reason });
    // The observation is over: what the replicas do while they are stopped is no part of it.
    await recorder[Symbol.asyncDispose]();
    over = clock.now();
    said = words();
  }
  const { judgement, started, crowding, ms } = await judging.judge(file, { strict: plan.strict });
  const first = own === undefined ? (started ?? over) : opened;
  const document: TrialDocument = {
    index: plan.index,
    seed: plan.seed,
    verdict: judgement.verdict,
    reason: problem ?? explained(judgement, [said, crowdingAdvice(crowding, plan.atOnce())]),
    schedule: plan.schedule,
    properties: judgement.results,
    notJudged: judgement.notJudged,
    hazards: judgement.hazards,
    measures: { ...judgement.measures, ...measured },
    censored: judgement.censored,
    harnessMs: { start: first - plan.from, judge: ms },
  };
  return finished(document, plan.folder);
}

/** What the scenario does not ask for, and a trial of it may show all the same. */
const incidentalTo = (scenario: Scenario): readonly Property[] =>
  allProperties.filter((property) => !scenario.properties.includes(property));

const headerOf = (plan: TrialPlan, cluster: string, namespace: string): HistoryHeader => ({
  format: HISTORY_FORMAT,
  harness: HARNESS_VERSION,
  scenario: plan.name,
  elector: {
    name: plan.elector.name,
    lock: judgedLock(plan, ELECTION).kind,
    observe: plan.elector.observe.via,
    timing: plan.timing,
    release: plan.elector.release,
    fencing: plan.elector.fencing,
    profile: plan.elector.profile,
    knownLimits: plan.elector.knownLimits,
  },
  cluster,
  seed: plan.seed,
  trial: plan.index,
  election: { ...judgedLock(plan, ELECTION), namespace },
  properties: plan.scenario.properties.map(({ name }) => name),
  incidental: incidentalTo(plan.scenario).map(({ name }) => name),
  minimum: minimumFor(plan.scenario, plan.schedule),
});

/** A verdict that lacks evidence is explained by how the replicas ended by themselves, and by a crowded machine. */
const explained = ({ verdict, reason }: Judgement, causes: readonly (string | undefined)[]): string =>
  [reason, ...(verdict === "unknown" ? causes : [])].filter(Boolean).join("; ");
