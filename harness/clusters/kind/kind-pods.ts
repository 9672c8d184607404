import { setTimeout as sleep } from "node:timers/promises";
import { HarnessError } from "../../core/errors.ts";
import { millis, type Millis } from "../../core/time.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import type { ApiClient } from "../apiserver/client.ts";
import { follow, type Followed } from "../apiserver/follow.ts";
import { abortable } from "../abortable.ts";
import { KindPod, type KindPodOptions } from "./kind-pod.ts";
import { podProcesses } from "./pod-processes.ts";

export type KindPods = AsyncDisposable & {
  /** Pods that are not gone yet, oldest first. */
  all(): readonly KindPod[];
  /** The pod of that name; undefined when it is gone. */
  named(name: string): KindPod | undefined;
  /** Reads all logs on to what is in them now; the instant until which that is all that was written. */
  caughtUp(): Promise<Millis>;
  /** Sees at once whether the replica's process is another than it was. */
  look(replica: string): void;
};

/** How often known processes are looked at, and new ones looked for, in ms. */
const LOOK_EVERY = 20;
const SEEK_EVERY = 60;

/**
 * Follows the pods of a namespace; each passes `admit` before it may be scheduled. Resolves once it listens. Disposing
 * waits until all pods are gone.
 */
export async function followPods(
  options: Omit<KindPodOptions, "processes"> & {
    readonly client: ApiClient;
    readonly namespace: string;
    readonly admit: (pod: Pod) => Promise<void>;
    /** The pods cannot be followed any more. */
    readonly lost: (error: unknown) => void;
  },
): Promise<KindPods> {
  const { client, namespace, lost, failed } = options;
  const pods = new Map<string, KindPod>();
  const found = podProcesses();
  const processes = (uid: string) => found.scan([uid]).get(uid) ?? [];
  const closing = new AbortController();

  const change = ({ type, object }: Followed): void => {
    const pod = object as Pod;
    const uid = pod.metadata.uid ?? "";
    let known = pods.get(uid);
    if (known === undefined) {
      if (type === "DELETED") return;
      const one = (known = new KindPod(pod, { ...options, processes }));
      pods.set(uid, one);
      void one.gone.then(() => pods.delete(uid));
      options.admit(pod).catch((error: unknown) => {
        if (!closing.signal.aborted && pods.has(uid) && !one.terminating) options.host.failed(pod, error);
      });
    }
    if (type === "DELETED") known.deleted();
    else known.update(pod);
  };
  const gap = (): boolean => true;
  await follow(client, { resource: "pods", namespace }, { change, gap }, closing.signal);

  const seek = (only?: KindPod): void => {
    const awaited = (only === undefined ? [...pods.values()] : [only]).filter((pod) => pod.awaited);
    if (awaited.length === 0) return;
    const all = found.scan(awaited.map((pod) => pod.uid));
    for (const pod of awaited) pod.found(all.get(pod.uid) ?? []);
  };
  let seekAt = 0;
  const timer = setInterval(() => {
    try {
      for (const pod of pods.values()) pod.look();
      if (performance.now() < seekAt) return;
      seek();
      seekAt = performance.now() + SEEK_EVERY;
    } catch (error) {
      lost(error);
    }
  }, LOOK_EVERY);
  timer.unref();

  const named = (name: string): KindPod | undefined => [...pods.values()].find((pod) => pod.pod.metadata.name === name);
  return {
    all: () => [...pods.values()],
    named,
    look(replica) {
      const pod = named(replica);
      pod?.look();
      if (pod?.awaited) seek(pod);
    },
    async caughtUp() {
      const late = AbortSignal.timeout(READ_WITHIN);
      const each = await Promise.all([...pods.values()].map((pod) => pod.caughtUp(late)));
      return millis(Math.min(options.clock.now(), ...each));
    },
    async [Symbol.asyncDispose]() {
      const late = AbortSignal.timeout(GONE_WITHIN);
      try {
        await abortable(Promise.all([...pods.values()].map((pod) => pod.gone)), late).catch(() => {
          const left = [...pods.values()].map(({ pod }) => pod.metadata.name).join(", ");
          failed(new HarnessError(`pods of ${namespace} are still there after ${GONE_WITHIN / 1000} s: ${left}`));
        });
        while (pods.size > 0 && !late.aborted) await sleep(LOOK_EVERY); // the last to be forgotten
      } finally {
        closing.abort();
        clearInterval(timer);
      }
    },
  };
}

/** What is in the logs is read within this, in ms. */
const READ_WITHIN = 30_000;
/** A kubelet takes a second or two to see a deletion, and another to say that it is done, in ms. */
const GONE_WITHIN = 40_000;
