import type { Pod } from "./types.ts";

export const isFinished = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";

/** Counts towards its ReplicaSet: neither finished nor being deleted. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;

const readyCondition = (pod: Pod) => pod.status?.conditions?.find((condition) => condition.type === "Ready");

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === "True";

/** Milliseconds of the epoch since which the pod is ready, to the second; undefined when it is not. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== "True" || condition.lastTransitionTime === undefined) return undefined;
  return Date.parse(condition.lastTransitionTime);
}

/** Milliseconds until the ready pod counts as available; 0 when it does, undefined when it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: Date): number | undefined {
  if (!isReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySince(pod);
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1000 - now.getTime());
}

export const isAvailable = (pod: Pod, minReadySeconds: number, now: Date): boolean =>
  untilAvailable(pod, minReadySeconds, now) === 0;

/** The soonest moment, in milliseconds from now, at which a ready pod becomes available; undefined when none waits. */
export function nextAvailability(pods: readonly Pod[], minReadySeconds: number, now: Date): number | undefined {
  const waits = pods.map((pod) => untilAvailable(pod, minReadySeconds, now)).filter((wait) => wait !== undefined);
  const open = waits.filter((wait) => wait > 0);
  return open.length === 0 ? undefined : Math.min(...open);
}
