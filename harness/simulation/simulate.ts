import { HISTORY_FORMAT, type History, type HistoryEvent, type HistoryHeader, type Minimum } from "../core/events.ts";
import { rngOf } from "../core/rng.ts";
import { millis } from "../core/time.ts";
import { Store } from "../kubernetes/store.ts";
import type { SimulatedElector } from "./elector.ts";
import { inflict } from "./inflict.ts";
import { type LeaseApi, leaseTable, type Stored } from "./lease-table.ts";
import { Polls } from "./observer.ts";
import type { SimulatedProfile, SimulationPlan } from "./plan.ts";
import { Replicas, type Stage } from "./replicas.ts";
import { storeLeases } from "./store-leases.ts";
import { BeliefLog, type Truth } from "./truth.ts";
import { VirtualClock } from "./virtual-clock.ts";

const NAMESPACE = "simulation";
const ELECTION = "interregnum";

export type Simulated = {
  /** What the observer saw, as a trial on real processes would have recorded it. */
  readonly history: History;
  readonly truth: Truth;
  /** Events of virtual time that happened. */
  readonly events: number;
};

export type SimulationOptions = {
  readonly scenario?: string;
  readonly properties?: readonly string[];
  readonly minimum?: Minimum;
  readonly harness?: string;
  readonly signal?: AbortSignal;
};

/**
 * Runs one trial under virtual time, in this thread: the same plan and elector, the same history to the byte. Rejects
 * with the signal's reason when it aborts; an elector that rejects is a process that exits with status 2.
 */
export async function simulate(
  plan: SimulationPlan,
  profile: SimulatedProfile,
  elector: SimulatedElector,
  options: SimulationOptions = {},
): Promise<Simulated> {
  const clock = new VirtualClock();
  const polls = new Polls(plan.observer.stalls);
  const events: HistoryEvent[] = [];
  const record = (event: HistoryEvent): void => void events.push(event);
  const network = rngOf(plan.seed);
  const { min, max } = plan.latency;
  let editor: string | undefined;
  const committed = (stored: Stored | undefined, version: string): void => {
    const at = clock.now();
    const seen = { type: "record", since: at, at, version, object: ELECTION, record: stored?.record ?? null } as const;
    record(editor === undefined ? seen : { ...seen, fault: editor });
  };
  const api: LeaseApi = plan.api === "store" ? storeOf(clock, committed) : leaseTable(committed);
  const beliefs = new BeliefLog();
  const stage: Stage = {
    clock,
    polls,
    api,
    namespace: NAMESPACE,
    object: ELECTION,
    latency: () => min + network() * (max - min),
    record,
    plan,
    elector,
    beliefs,
    random: rngOf(plan.seed ^ 0x5bd1e995),
    accepts: () => true,
    ...(plan.actEvery === undefined ? {} : { actEvery: plan.actEvery }),
    deleteRecord(fault) {
      editor = fault;
      api.remove();
      editor = undefined;
    },
  };
  const replicas = new Replicas(stage);
  plan.faults.forEach((fault, index) => clock.at(fault.at, () => inflict(stage, replicas, fault, `f${index + 1}`)));
  for (const stall of polls.told()) clock.at(stall.at, () => record({ type: "stall", who: "harness", ...stall }));
  await clock.run(plan.duration, options.signal);
  const last = polls.reading(plan.duration);
  const unread = millis(Math.max(0, last.since - plan.observer.lag));
  record({ type: "end", since: unread, at: plan.duration, reason: "complete" });
  return {
    history: { header: headerOf(plan, profile, options), events },
    truth: beliefs.truth(plan.duration),
    events: clock.events,
  };
}

function storeOf(clock: VirtualClock, committed: Parameters<typeof storeLeases>[3]): LeaseApi {
  let uids = 0;
  const uid = () => `00000000-0000-4000-8000-${String((uids += 1)).padStart(12, "0")}`;
  const store = new Store({ now: () => new Date(clock.now()), uid });
  store.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  return storeLeases(store, NAMESPACE, ELECTION, committed);
}

const headerOf = (plan: SimulationPlan, profile: SimulatedProfile, options: SimulationOptions): HistoryHeader => {
  const { leaseDuration, renewDeadline, retryPeriod } = plan.timing;
  return {
    format: HISTORY_FORMAT,
    harness: options.harness ?? "simulation",
    scenario: options.scenario ?? "simulation",
    elector: {
      name: profile.name,
      lock: "Lease",
      observe: "stdout",
      timing: {
        leaseDuration: millis(leaseDuration),
        renewDeadline: millis(renewDeadline),
        retryPeriod: millis(retryPeriod),
      },
      release: profile.release,
      fencing: profile.fencing,
      profile: profile.profile,
      knownLimits: {},
    },
    cluster: "simulation",
    seed: plan.seed,
    trial: 0,
    election: { kind: "Lease", namespace: NAMESPACE, name: ELECTION },
    properties: options.properties ?? [],
    minimum: options.minimum ?? { terms: 1, takeovers: 0, faults: 0 },
  };
};
