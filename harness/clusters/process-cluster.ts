import type { Capability, Cluster, Replica } from "../core/cluster.ts";
import type { LockKind, Timing } from "../core/elector.ts";
import { incarnationKey } from "../core/events.ts";
import type { Time } from "../core/time.ts";
import type { Pod } from "../kubernetes/rollout/types.ts";
import { abortable } from "./abortable.ts";
import { nodeStopper } from "./stop-node.ts";
import type { Kubelet } from "./kubelet.ts";
import type { Leadership } from "./leadership.ts";
import type { PodWorker } from "./pod-worker.ts";
import { revisionOf, type ReplicaHost } from "./replica-host.ts";
import { restartProcess } from "./restart-process.ts";
import type { Runtime } from "./runtime.ts";
import { throughGate } from "./through-gate.ts";
import { unplugged } from "./unplugged.ts";

/** What every trial of processes can do. */
const COMMON: readonly Capability[] = ["signals", "gate", "rollout", "record", "scale", "restart"];

/** What a home does to its API for a trial. */
export type Hands = {
  /** Deletes the pod object with that grace. */
  removePod(pod: Pod, graceSeconds: number): Promise<void> | void;
  readonly editRecord: NonNullable<Cluster["editRecord"]>;
  readonly deleteRecord: NonNullable<Cluster["deleteRecord"]>;
  readonly scale: NonNullable<Cluster["scale"]>;
  readonly rollout: Cluster["rollout"];
  readonly migrate?: NonNullable<Cluster["migrate"]>;
  readonly stopApi?: NonNullable<Cluster["stopApi"]>;
  readonly pauseEtcd?: NonNullable<Cluster["pauseEtcd"]>;
  /** Where there are several. */
  readonly nodes?: NodeHands;
  /** Whether a node's lease is renewed; where there are leases. */
  readonly beat?: (node: string, beats: boolean) => void;
};

/** What a home does to its nodes for a trial. */
export type NodeHands = {
  /** Whether new pods may come. */
  cordon(node: string, cordoned: boolean): Promise<void> | void;
  /** Evicts the pod with its grace. */
  evict(pod: Pod): Promise<void> | void;
};

export type ProcessClusterOptions = {
  readonly kubelet: Kubelet;
  readonly host: ReplicaHost;
  readonly leadership: Leadership;
  readonly lock: { readonly kind: LockKind; readonly namespace: string; readonly name: string };
  readonly timing: Timing;
  readonly time: Time;
  readonly hands: Hands;
  readonly runtime: Pick<Runtime, "unplug">;
};

/** The Cluster port over a trial whose pods run on this machine. Methods that name a replica throw when it is gone. */
export function processCluster(options: ProcessClusterOptions): Cluster {
  const { kubelet, host, leadership, lock, hands, runtime } = options;
  const replicas = (): readonly Replica[] => kubelet.workers().flatMap(replicaOf);
  const workerOf = ({ replica }: Replica): PodWorker => {
    const worker = kubelet.worker(replica);
    if (worker === undefined) throw new Error(`${replica} is gone`);
    return worker;
  };
  const remove = async (replica: Replica, grace: number | undefined, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const worker = workerOf(replica);
    await hands.removePod(worker.pod, grace ?? worker.pod.spec.terminationGracePeriodSeconds ?? 30);
    await abortable(worker.gone, signal);
  };

  return {
    capabilities: capabilitiesOf(hands, runtime),
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
      await kubelet.worker(replica.replica)?.resume();
    },
    paused: ({ replica }) => kubelet.worker(replica)?.isFrozen() ?? false,
    kill: (replica, signal) => remove(replica, 0, signal),
    evict: (replica, signal) => remove(replica, undefined, signal),
    ...throughGate(host, lock),
    editRecord: hands.editRecord,
    deleteRecord: hands.deleteRecord,
    scale: hands.scale,
    restart: async (replica, signal) => {
      const worker = workerOf(replica);
      if (worker.main?.incarnation !== replica.incarnation) throw new Error(`${incarnationKey(replica)} is gone`);
      await restartProcess(worker, signal);
      return replicaOf(worker)[0]!;
    },
    rollout: hands.rollout,
    ...(hands.migrate && { migrate: hands.migrate }),
    ...(hands.stopApi && { stopApi: hands.stopApi }),
    ...(hands.pauseEtcd && { pauseEtcd: hands.pauseEtcd }),
    ...(hands.nodes && { drain: drainer(kubelet, hands.nodes) }),
    ...(hands.beat && { stopNode: nodeStopper(kubelet, hands.beat, options.time) }),
    ...unplugged(kubelet, runtime, options.time),
  };
}

const capabilitiesOf = (
  { stopApi, pauseEtcd, nodes, beat }: Hands,
  { unplug }: Pick<Runtime, "unplug">,
): ReadonlySet<Capability> =>
  new Set([
    ...COMMON,
    ...(stopApi ? ["api"] : []),
    ...(pauseEtcd ? ["etcd"] : []),
    ...(nodes ? ["nodes"] : []),
    ...(unplug ? ["unplug"] : []),
    ...(beat ? ["machines"] : []),
  ] as Capability[]);

/** Cordons a node and evicts what is on it; undone when it fails half-way, for the caller then has nothing to heal by. */
export const drainer =
  (
    pods: { workers(): readonly { readonly pod: Pod; readonly gone: Promise<void> }[] },
    nodes: NodeHands,
  ): NonNullable<Cluster["drain"]> =>
  async (node, signal) => {
    signal.throwIfAborted();
    const uncordon = async (): Promise<void> => nodes.cordon(node, false);
    await nodes.cordon(node, true);
    try {
      const there = pods.workers().filter(({ pod }) => pod.spec.nodeName === node);
      await Promise.all(there.map(({ pod }) => nodes.evict(pod)));
      await abortable(Promise.all(there.map((worker) => worker.gone)), signal);
    } catch (error) {
      await uncordon();
      throw error;
    }
    return uncordon;
  };

function replicaOf(worker: PodWorker): readonly Replica[] {
  const { main, pod } = worker;
  if (main?.pid === undefined) return [];
  return [
    {
      replica: pod.metadata.name,
      incarnation: main.incarnation,
      revision: revisionOf(pod),
      ...(pod.spec.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
      phase: worker.terminating ? "terminating" : worker.ready ? "running" : "starting",
      startedAt: main.startedAt,
    },
  ];
}
