import type { Capability, Cluster, Replica } from "../core/cluster.ts";
import type { LockKind } from "../core/elector.ts";
import { incarnationKey } from "../core/events.ts";
import type { ObjectStore } from "../kubernetes/objects.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import { askApi } from "./ask.ts";
import type { Kubelet } from "./kubelet.ts";
import type { Leadership } from "./leadership.ts";
import { lockPath } from "./lock-path.ts";
import type { PodWorker } from "./pod-worker.ts";
import { revisionOf, type ReplicaHost } from "./replica-host.ts";
import { roll, type RollOptions } from "./roll.ts";

const capabilities: ReadonlySet<Capability> = new Set(["signals", "gate", "rollout"]);

export type EmbeddedClusterOptions = {
  readonly store: ObjectStore;
  readonly kubelet: Kubelet;
  readonly host: ReplicaHost;
  readonly leadership: Leadership;
  readonly lock: { readonly kind: LockKind; readonly namespace: string; readonly name: string };
  readonly rollout: RollOptions;
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
    rollout: (timeout, signal) => roll(options.rollout, timeout, signal),
  };
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
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
