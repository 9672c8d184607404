import { pathToFileURL } from "node:url";
import { beginning } from "../clusters/beginning.ts";
import { deploymentOf } from "../clusters/deployment-of.ts";
import { recordElection } from "../clusters/embedded-trial.ts";
import type { Home, Trial, TrialOptions } from "../clusters/home.ts";
import { followLeadership } from "../clusters/leadership.ts";
import { lockName } from "../clusters/lock-path.ts";
import { storePods } from "../clusters/pod-source.ts";
import { recordWriter } from "../clusters/record-writer.ts";
import type { Elector } from "../core/elector.ts";
import { assert, InputError, messageOf } from "../core/errors.ts";
import { rngOf } from "../core/rng.ts";
import { replicaEnvironment } from "../electors/environment.ts";
import { placeOf } from "../electors/place.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import { startControllers } from "../kubernetes/rollout/controllers.ts";
import { Store } from "../kubernetes/store.ts";
import { openResource } from "../witness/resource.ts";
import { simulatedCluster } from "./cluster.ts";
import type { SimulateElector } from "./elector.ts";
import type { Network } from "./gate.ts";
import { EPOCH, type Ground } from "./incarnation.ts";
import { simulatedKubelet } from "./kubelet.ts";
import { storeLeases } from "./store-leases.ts";
import { BeliefLog } from "./truth.ts";
import { VirtualTime } from "./virtual-time.ts";

const NODE = "interregnum";
/** Between two acts of the leader's work, in ms. */
const ACT_EVERY = 100;
/** One way through the network, in ms: what loopback and an API take. */
const LATENCY = { min: 0.2, max: 2 } as const;
const WHERE = "simulation"; // stands for the addresses that a process would be given

/** Why the elector cannot be simulated, with what to do about it; undefined where it can. */
export function refusalOf(elector: Elector): InputError | undefined {
  const { file, lock, observe, simulate, workload } = elector;
  if (simulate === undefined)
    return new InputError(
      `${elector.name} runs as a process, and --cluster simulation runs electors that live in process`,
      placeOf(file, "simulate"),
      "run it with --cluster embedded, or give it a module: simulate: ./simulated.ts (docs/simulation.md)",
    );
  if (lock.kind !== "Lease")
    return new InputError(
      `the simulation has no lock of kind ${lock.kind}`,
      placeOf(file, "lock", "kind"),
      "run it with --cluster embedded, or lock a Lease",
    );
  if (workload === "DaemonSet")
    return new InputError(
      "the simulation has one node, and no DaemonSet",
      placeOf(file, "workload"),
      "run it with --cluster embedded, or as a Deployment",
    );
  if (observe.via === "log" || observe.via === "metrics")
    return new InputError(
      `a simulated elector has no ${observe.via} to be read`,
      placeOf(file, "observe"),
      "observe stdout, http or record",
    );
  return undefined;
}

/** Trials under virtual time in this thread: the embedded cluster's store and controllers, and electors in process. */
export async function openSimulation(): Promise<Home> {
  return {
    name: "simulation",
    time: () => new VirtualTime(),
    openTrial,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function makerOf({ simulate, file }: Elector): Promise<SimulateElector> {
  assert(simulate !== undefined, "the elector has a module to be simulated by");
  const wrong = (what: string, cause?: unknown): InputError =>
    new InputError(
      `${simulate} ${what}${cause === undefined ? "" : `: ${messageOf(cause)}`}`,
      placeOf(file, "simulate"),
      "its default export takes the words of the command and resolves to the elector (docs/simulation.md)",
    );
  const module = await import(pathToFileURL(simulate).href).then(
    (loaded: { readonly default?: unknown }) => loaded,
    (error: unknown) => {
      throw wrong("cannot be loaded", error);
    },
  );
  if (typeof module.default !== "function") throw wrong("has no function as its default export");
  return module.default as SimulateElector;
}

async function openTrial(options: TrialOptions, signal: AbortSignal): Promise<Trial> {
  const { elector, namespace, recorder, time, timing } = options;
  const refusal = refusalOf(elector);
  if (refusal !== undefined) throw refusal;
  assert(time instanceof VirtualTime, "a simulated trial runs in its own time");
  const { clock, polls } = time;
  const make = await makerOf(elector);
  const simulated = await make((elector.command ?? []).slice(1));
  const [draws, names, network] = [rngOf(options.seed), rngOf(~options.seed), rngOf(options.seed ^ 0x5bd1e995)];
  const wall = (): Date => new Date(EPOCH + clock.now());
  const store = new Store({ now: wall, uid: () => uidOf(names) });
  const lock = { kind: elector.lock.kind, namespace, name: lockName(elector, options.election) };
  const leadership = followLeadership(recorder, elector.observe.via);
  const writer = recordWriter(store, lock);
  const resource = openResource(elector.fencing);
  const followers = new Set<() => void>();
  let reachable = true;
  const latency = (): number => LATENCY.min + network() * (LATENCY.max - LATENCY.min);
  const api = storeLeases(store, namespace, lock.name, () => followers.forEach((tell) => tell()));
  const { record } = leadership.recorder;
  const shared = { clock, polls, api, namespace, object: lock.name, latency, record, reachable: () => reachable };
  const ground: Ground = {
    ...(shared satisfies Network),
    elector: simulated,
    beliefs: new BeliefLog(),
    random: draws,
    accepts: (token) => resource.accepts(token === undefined ? {} : { token }),
    actEvery: ACT_EVERY,
  };
  const closing = new AbortController();
  const begin = beginning(options.replicas);
  const { failure } = begin;
  const said = new Map<string, string>();
  const source = storePods(store, namespace);
  const kubelet = simulatedKubelet(
    source,
    {
      ground,
      observe: elector.observe,
      source,
      settingsOf: (pod) => settingsOf(options, pod.metadata.name, pod.metadata.uid ?? ""),
      begun: (pod) => begin.started(pod),
      said: (replica, words) => said.set(replica, words),
    },
    closing.signal,
  );
  const controllers = startControllers(store, {
    now: wall,
    defer: (run) => void clock.after(0, run),
    later(ms, run) {
      const timer = clock.after(ms, run);
      return () => clock.cancel(timer);
    },
    refused: (work, error) => process.emitWarning(`simulated control plane: ${work}: ${messageOf(error)}`),
  });
  recordElection(store, lock, leadership.recorder, writer.author);
  // No process runs here, and the paths of one would be part of the revision's name: the same bytes in every clone.
  const command = ["simulated", ...(options.elector.command ?? []).slice(1)];
  const deployment = deploymentOf({ ...options, elector: { ...options.elector, directory: "/", command } });
  store.create("nodes", "", { apiVersion: "v1", kind: "Node", metadata: { name: NODE } });
  store.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  store.create("deployments", namespace, deployment);
  const close = async (): Promise<void> => {
    closing.abort();
    controllers[Symbol.dispose]();
  };
  const begun = begin.all(signal);
  clock.drive(() => closing.signal.aborted);
  await begun;
  const rollout = {
    store,
    ref: refOf("deployments", deployment),
    recorder,
    time,
    failure,
  };
  const changes = {
    exists: () => api.get().status === 200,
    follow: (changed: () => void) => {
      const tell = (): void => void clock.after(latency(), changed);
      followers.add(tell);
      return () => void followers.delete(tell);
    },
  };
  const reach = (there: boolean): void => void (reachable = there);
  return {
    cluster: simulatedCluster({ kubelet, leadership, rollout, wall, timing, time, writer, lock: changes, reach }),
    failure,
    logTail: (replica) => said.get(replica) ?? "",
    close,
    [Symbol.asyncDispose]: close,
  };
}

function settingsOf({ election, namespace, timing }: TrialOptions, podName: string, podUid: string) {
  const addresses = { gateUrl: WHERE, kubeconfigPath: WHERE, podIp: WHERE, effectUrl: WHERE };
  const { leaseDuration, renewDeadline = (leaseDuration * 2) / 3, retryPeriod } = timing;
  return {
    podName,
    timing: { leaseDuration, renewDeadline, retryPeriod },
    env: replicaEnvironment({ ...addresses, podName, podUid, namespace, election, timing }, {}),
  };
}

/** A uid of the trial's own draws: names, and what hangs on them, are the same for the same seed. */
function uidOf(draw: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(draw() * 16).toString(16)).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
