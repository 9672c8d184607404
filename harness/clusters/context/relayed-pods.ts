import { followPods, type FollowedPods, type FollowOptions } from "../kind/followed-pods.ts";
import type { PodHands } from "../kind/pod-hands.ts";
import { RelayedPod, type RelayedPodOptions } from "./relayed-pod.ts";

export type RelayedPods = FollowedPods<RelayedPod> & PodHands<RelayedPod>;

/** Follows the pods of a namespace, and what their relays tell; see followPods. */
export async function followRelayed(
  options: RelayedPodOptions & Omit<FollowOptions<RelayedPod>, "make">,
): Promise<RelayedPods> {
  const pods = await followPods({ ...options, make: (pod) => new RelayedPod(pod, options) });
  return { ...pods, look() {} }; // a relay tells who runs before it tells what he does
}
