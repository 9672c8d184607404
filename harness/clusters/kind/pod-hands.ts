import type { KindPod } from "./kind-pod.ts";

/** What a trial in a real cluster sees of a pod, and does to it. */
export type PodHand = Pick<
  KindPod,
  "pod" | "main" | "gone" | "terminating" | "ready" | "signal" | "pause" | "kill" | "isFrozen"
>;

export type PodHands<P extends PodHand = PodHand> = AsyncDisposable & {
  /** Pods that are not gone yet, oldest first. */
  all(): readonly P[];
  /** The pod of that name; undefined when it is gone. */
  named(name: string): P | undefined;
  /** Sees at once whether the replica's process is another than it was, where that can be seen. */
  look(replica: string): void;
};
