import { abortable } from "../clusters/abortable.ts";
import { scaleTo } from "../clusters/embedded-cluster.ts";
import type { Leadership } from "../clusters/leadership.ts";
import type { RecordWriter } from "../clusters/record-writer.ts";
import { restarted, roll, type RollOptions } from "../clusters/roll.ts";
import type { Capability, Cluster, Replica } from "../core/cluster.ts";
import type { Timing } from "../core/elector.ts";
import { incarnationKey } from "../core/events.ts";
import { millis, type Time } from "../core/time.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import type { SimulatedKubelet } from "./kubelet.ts";
import type { SimulatedPod } from "./pod.ts";
import { watchThrough, type LockChanges } from "./watch.ts";

const capabilities: ReadonlySet<Capability> = new Set([
  "signals",
  "gate",
  "rollout",
  "record",
  "scale",
  "restart",
  "api",
]);

/** How often a restarted pod is looked at, in ms. */
const LOOK_EVERY = millis(2);

export type SimulatedClusterOptions = {
  readonly kubelet: SimulatedKubelet;
  readonly leadership: Leadership;
  readonly rollout: RollOptions;
  readonly wall: () => Date;
  readonly timing: Timing;
  readonly time: Time;
  readonly writer: RecordWriter;
  readonly lock: LockChanges;
  /** Takes the API away, or brings it back. */
  reach(there: boolean): void;
};

/** The Cluster port over a simulated trial. Methods that name a replica throw when it is gone. */
export function simulatedCluster(options: SimulatedClusterOptions): Cluster {
  const { kubelet, leadership, time, writer } = options;
  const { store } = options.rollout;
  const replicas = (): readonly Replica[] => kubelet.pods().flatMap((pod) => pod.replica() ?? []);
  const podOf = ({ replica }: Replica): SimulatedPod => {
    const pod = kubelet.pod(replica);
    if (pod === undefined) throw new Error(`${replica} is gone`);
    return pod;
  };
  /** The pod, while this very process of it lives. */
  const livingOf = (replica: Replica): SimulatedPod => {
    const pod = podOf(replica);
    if (pod.process?.alive !== true || pod.process.who.incarnation !== replica.incarnation)
      throw new Error(`${incarnationKey(replica)} is gone`);
    return pod;
  };
  const remove = async (replica: Replica, grace: number | undefined, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const pod = podOf(replica);
    const gracePeriodSeconds = grace ?? pod.pod.spec.terminationGracePeriodSeconds ?? 30;
    store.remove(refOf("pods", pod.pod), { gracePeriodSeconds });
    await abortable(pod.gone, signal);
  };

  return {
    capabilities,
    timing: options.timing,
    time,
    replicas,
    leader: () => leadership.leaderOf(replicas()),
    pause: async (replica) => {
      const { process } = livingOf(replica);
      if (process?.paused === false) process.pause();
    },
    resume: async (replica) => {
      const process = kubelet.pod(replica.replica)?.process;
      if (process?.paused === true) process.resume();
    },
    paused: ({ replica }) => kubelet.pod(replica)?.process?.paused ?? false,
    kill: (replica, signal) => remove(replica, 0, signal),
    evict: (replica, signal) => remove(replica, undefined, signal),
    disturb: (replica, disturbance, fault) => podOf(replica).gate.disturb(disturbance, fault),
    ask: async (replica, timeout, signal) => {
      signal.throwIfAborted();
      const late = time.timeout(timeout);
      const answer = await podOf(replica).gate.ask(AbortSignal.any([signal, late]));
      signal.throwIfAborted();
      if (late.aborted) return { error: `no answer within ${timeout} ms` };
      return answer;
    },
    watchLock: (replica, span, signal) => watchThrough(podOf(replica).gate, options.lock, span, time, signal),
    editRecord: (edit, fault) => writer.edit(edit, fault),
    deleteRecord: (fault) => writer.remove(fault),
    scale: (count) => scaleTo(store, options.rollout.ref, count),
    restart: async (replica, signal) => {
      const pod = livingOf(replica);
      pod.crash();
      for (;;) {
        const now = pod.replica();
        if (now !== undefined && now.incarnation > replica.incarnation) return now;
        if (pod.terminating) throw new Error(`${replica.replica} is ending`);
        await time.sleep(LOOK_EVERY, signal);
      }
    },
    stopApi: async () => {
      options.reach(false);
      return { words: "the API is out of reach", start: async () => options.reach(true) };
    },
    rollout: (timeout, signal) => roll(options.rollout, restarted(options.wall()), timeout, signal),
  };
}
