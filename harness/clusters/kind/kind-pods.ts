import { followPods, type FollowedPods, type FollowOptions } from "./followed-pods.ts";
import { KindPod, type KindPodOptions } from "./kind-pod.ts";
import { podProcesses } from "./pod-processes.ts";
import type { PodHands } from "./pod-hands.ts";

export type KindPods = FollowedPods<KindPod> & PodHands<KindPod>;

/** How often known processes are looked at, and new ones looked for, in ms. */
const LOOK_EVERY = 20;
const SEEK_EVERY = 60;

/** Follows the pods of a namespace, and their processes in this machine's /proc; see followPods. */
export async function followKindPods(
  options: Omit<KindPodOptions, "processes"> &
    Omit<FollowOptions<KindPod>, "make"> & {
      /** The pods cannot be followed any more. */
      readonly lost: (error: unknown) => void;
    },
): Promise<KindPods> {
  const found = podProcesses();
  const processes = (uid: string) => found.scan([uid]).get(uid) ?? [];
  const pods = await followPods({ ...options, make: (pod) => new KindPod(pod, { ...options, processes }) });

  const seek = (among: readonly KindPod[]): void => {
    const awaited = among.filter((pod) => pod.awaited);
    if (awaited.length === 0) return;
    const all = found.scan(awaited.map((pod) => pod.uid));
    for (const pod of awaited) pod.found(all.get(pod.uid) ?? []);
  };
  let seekAt = 0;
  const timer = setInterval(() => {
    try {
      for (const pod of pods.all()) pod.look();
      if (performance.now() < seekAt) return;
      seek(pods.all());
      seekAt = performance.now() + SEEK_EVERY;
    } catch (error) {
      options.lost(error);
    }
  }, LOOK_EVERY);
  timer.unref();

  return {
    ...pods,
    look(replica) {
      const pod = pods.named(replica);
      if (pod === undefined) return;
      pod.look();
      seek([pod]);
    },
    async [Symbol.asyncDispose]() {
      try {
        await pods[Symbol.asyncDispose]();
      } finally {
        clearInterval(timer);
      }
    },
  };
}
