import type { Capability, Cluster, Replica } from "../core/cluster.ts";
import type { LockKind, Timing } from "../core/elector.ts";
import { incarnationKey } from "../core/events.ts";
import type { Time } from "../core/time.ts";
import type { ObjectStore, Ref } from "../kubernetes/objects.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import type { Deployment } from "../kubernetes/rollout/types.ts";
import { askApi } from "./ask.ts";
import type { Kubelet } from "./kubelet.ts";
import type { Leadership } from "./leadership.ts";
import { lockPath, lockWatchPath } from "./lock-path.ts";
import type { PodWorker } from "./pod-worker.ts";
import { revisionOf, type ReplicaHost } from "./replica-host.ts";
import type { RecordWriter } from "./record-writer.ts";
import { restartProcess } from "./restart-process.ts";
import { roll, type RollOptions } from "./roll.ts";
import type { TrialApi } from "./trial-api.ts";
import { watchLock } from "./watch-lock.ts";

const capabilities: ReadonlySet<Capability> = new Set([
  "signals",
  "gate",
  "rollout",
  "record",
  "scale",
  "restart",
  "api",
]);

export type EmbeddedClusterOptions = {
  readonly store: ObjectStore;
  readonly kubelet: Kubelet;
  readonly host: ReplicaHost;
  readonly leadership: Leadership;
  readonly lock: { readonly kind: LockKind; readonly namespace: string; readonly name: string };
  readonly rollout: RollOptions;
  readonly timing: Timing;
  readonly time: Time;
  readonly writer: RecordWriter;
  readonly api: TrialApi;
};

/** The Cluster port over an embedded trial. Methods that name a replica throw when it is gone. */
export function embeddedCluster(options: EmbeddedClusterOptions): Cluster {
  const { store, kubelet, host, leadership, lock } = options;
  const replicas = (): readonly Replica[] => kubelet.workers().flatMap(replicaOf);
  const workerOf = ({ replica }: Replica): PodWorker => {
    const worker = kubelet.worker(replica);
    if (worker === undefined) throw new Error(`${replica} is gone`);
    return worker;
  };
  const gateOf = ({ replica }: Replica) => {
    const gate = host.gate(replica);
    if (gate === undefined) throw new Error(`${replica} is gone, and its gate with it`);
    return gate;
  };
  const remove = async (replica: Replica, grace: number | undefined, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const worker = workerOf(replica);
    const { uid } = worker.pod.metadata;
    const gracePeriodSeconds = grace ?? worker.pod.spec.terminationGracePeriodSeconds ?? 30;
    store.remove(refOf("pods", worker.pod), { gracePeriodSeconds, ...(uid === undefined ? {} : { uid }) });
    await abortable(worker.gone, signal);
  };

  return {
    capabilities,
    timing: options.timing,
    time: options.time,
    replicas,
    leader: () => leadership.leaderOf(replicas()),
    pause: async (replica, signal) => {
      const worker = workerOf(replica);
      if (worker.main?.incarnation !== replica.incarnation) throw new Error(`${incarnationKey(replica)} is gone`);
      await worker.pause(signal);
    },
    resume: async (replica, signal) => {
      signal.throwIfAborted();
      // A replica that ended while it was frozen needs no waking.
      kubelet.worker(replica.replica)?.resume();
    },
    paused: ({ replica }) => kubelet.worker(replica)?.isFrozen() ?? false,
    kill: (replica, signal) => remove(replica, 0, signal),
    evict: (replica, signal) => remove(replica, undefined, signal),
    disturb: (replica, disturbance, fault) => gateOf(replica).disturb(disturbance, fault),
    ask: async (replica, timeout, signal) =>
      askApi(`${gateOf(replica).url}${lockPath(lock.kind, lock.namespace, lock.name)}`, timeout, signal),
    watchLock: async (replica, span, signal) =>
      watchLock(`${gateOf(replica).url}${lockWatchPath(lock.kind, lock.namespace, lock.name)}`, span, signal),
    editRecord: (edit, fault) => options.writer.edit(edit, fault),
    deleteRecord: (fault) => options.writer.remove(fault),
    scale: (count) => scaleTo(store, options.rollout.ref, count),
    restart: async (replica, signal) => {
      const worker = workerOf(replica);
      if (worker.main?.incarnation !== replica.incarnation) throw new Error(`${incarnationKey(replica)} is gone`);
      await restartProcess(worker, signal);
      return replicaOf(worker)[0]!;
    },
    stopApi: () => options.api.stop(),
    rollout: (timeout, signal) => roll(options.rollout, timeout, signal),
  };
}

/** Sets a Deployment's replicas; how many were asked for before. */
export function scaleTo(store: ObjectStore, ref: Ref, replicas: number): number {
  const before = (store.get(ref) as Deployment | undefined)?.spec.replicas ?? 1;
  store.patch(ref, "merge", { spec: { replicas } });
  return before;
}

function replicaOf(worker: PodWorker): readonly Replica[] {
  const { main, pod } = worker;
  if (main?.pid === undefined) return [];
  return [
    {
      replica: pod.metadata.name,
      incarnation: main.incarnation,
      revision: revisionOf(pod),
      phase: worker.terminating ? "terminating" : worker.ready ? "running" : "starting",
      startedAt: main.startedAt,
    },
  ];
}

/** The promise, or the signal's reason where that comes first. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
