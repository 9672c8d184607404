import { setTimeout as sleep } from "node:timers/promises";
import type { Capability, Cluster, Replica } from "../../core/cluster.ts";
import type { LockKind, Timing } from "../../core/elector.ts";
import { incarnationKey } from "../../core/events.ts";
import type { Time } from "../../core/time.ts";
import type { Leadership } from "../leadership.ts";
import { drainer, type Hands } from "../process-cluster.ts";
import { revisionOf, type ReplicaHost } from "../replica-host.ts";
import { throughGate } from "../through-gate.ts";
import type { Beneath } from "./beneath.ts";
import type { PodHand, PodHands } from "./pod-hands.ts";

const capabilities: ReadonlySet<Capability> = new Set([
  "signals",
  "gate",
  "rollout",
  "record",
  "scale",
  "restart",
  "api",
  "nodes",
  "unplug",
  "network",
  "netem",
  "machines",
]);

/** How often an end, or a start, is looked for, in ms. */
const LOOK_EVERY = 10;
/** A kubelet's back-off before the second restart is 10 s; a process that is not there so much (ms) later never comes. */
const STARTS_WITHIN = 60_000;

/** The Cluster port over a trial's pods in a kind cluster. Methods that name a replica throw when it is gone. */
export function kindCluster(options: {
  readonly pods: PodHands;
  readonly host: ReplicaHost;
  readonly leadership: Leadership;
  readonly lock: { readonly kind: LockKind; readonly namespace: string; readonly name: string };
  readonly timing: Timing;
  readonly time: Time;
  readonly hands: Hands;
  /** Absent where nothing beneath Kubernetes is at hand. */
  readonly beneath?: Beneath;
  /** Where it can do less. */
  readonly can?: ReadonlySet<Capability>;
}): Cluster {
  const { pods, host, leadership, lock, hands, beneath } = options;
  const replicas = (): readonly Replica[] => pods.all().flatMap(replicaOf);
  const podOf = ({ replica }: Replica): PodHand => {
    pods.look(replica);
    const pod = pods.named(replica);
    if (pod === undefined) throw new Error(`${replica} is gone`);
    return pod;
  };
  const presentOf = (replica: Replica): PodHand => {
    const pod = podOf(replica);
    if (pod.main?.incarnation !== replica.incarnation) throw new Error(`${incarnationKey(replica)} is gone`);
    return pod;
  };
  const until = async (holds: () => boolean, signal: AbortSignal): Promise<void> => {
    while (!holds()) await sleep(LOOK_EVERY, undefined, { signal });
  };
  const ended = (pod: PodHand) => (): boolean => pod.terminating && pod.main === undefined;

  return {
    capabilities: options.can ?? capabilities,
    timing: options.timing,
    time: options.time,
    replicas,
    leader: () => leadership.leaderOf(replicas()),
    pause: async (replica, signal) => presentOf(replica).pause(signal),
    async resume(replica, signal) {
      // A replica that ended while it was frozen needs no waking.
      await pods.named(replica.replica)?.signal("CONT", signal);
    },
    paused: ({ replica }) => pods.named(replica)?.isFrozen() ?? false,
    async kill(replica, signal) {
      const pod = presentOf(replica);
      await pod.kill(async () => hands.removePod(pod.pod, 0), signal);
      await until(ended(pod), signal);
    },
    async evict(replica, signal) {
      const pod = podOf(replica);
      await hands.removePod(pod.pod, pod.pod.spec.terminationGracePeriodSeconds ?? 30);
      await until(ended(pod), signal);
    },
    ...throughGate(host, lock),
    editRecord: hands.editRecord,
    deleteRecord: hands.deleteRecord,
    scale: hands.scale,
    async restart(replica, signal) {
      const pod = presentOf(replica);
      const late = AbortSignal.any([signal, AbortSignal.timeout(STARTS_WITHIN)]);
      await pod.signal("KILL", signal);
      await until(() => pod.terminating || (pod.main?.incarnation ?? 0) > replica.incarnation, late);
      if (pod.terminating) throw new Error(`${replica.replica} is ending`);
      return replicaOf(pod)[0]!;
    },
    ...(hands.stopApi && { stopApi: hands.stopApi }),
    rollout: hands.rollout,
    ...(hands.nodes && { drain: drainer({ workers: pods.all }, hands.nodes) }),
    ...beneath,
    ...(hands.migrate && { migrate: hands.migrate }),
  };
}

function replicaOf(pod: PodHand): readonly Replica[] {
  const { main } = pod;
  if (main === undefined) return [];
  return [
    {
      replica: pod.pod.metadata.name,
      incarnation: main.incarnation,
      revision: revisionOf(pod.pod),
      phase: pod.terminating ? "terminating" : pod.ready ? "running" : "starting",
      ...(pod.pod.spec.nodeName === undefined ? {} : { node: pod.pod.spec.nodeName }),
      startedAt: main.startedAt,
    },
  ];
}
