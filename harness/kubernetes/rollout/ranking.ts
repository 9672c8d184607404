import { isReady, readySince } from "./pods.ts";
import type { Pod } from "./types.ts";

const phases: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

const createdAt = (pod: Pod): number | undefined =>
  pod.metadata.creationTimestamp === undefined ? undefined : Date.parse(pod.metadata.creationTimestamp);

/** Ages are compared by power of two of nanoseconds: among pods of about one age the choice is arbitrary (by uid). */
const ageRank = (since: number, now: Date): number => {
  const age = (now.getTime() - since) * 1e6;
  return age > 0 ? Math.floor(Math.log2(age)) : -1;
};

const byUid = (a: Pod, b: Pod): number => ((a.metadata.uid ?? "") < (b.metadata.uid ?? "") ? -1 : 1);

/** The younger goes first; an unknown age counts as youngest. */
function byAge(a: Pod, b: Pod, sinceA: number | undefined, sinceB: number | undefined, now: Date): number {
  if (sinceA === sinceB) return 0;
  if (sinceA === undefined || sinceB === undefined) return sinceA === undefined ? -1 : 1;
  return ageRank(sinceA, now) - ageRank(sinceB, now) || byUid(a, b);
}

const restarts = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map((container) => container.restartCount));

/**
 * Pods in the order in which a ReplicaSet deletes them: unscheduled, pending, not ready, cheaper to delete, on a
 * crowded node, ready for a shorter time, restarted more often, younger (the ranking of the real controller).
 */
export function deletionOrder(pods: readonly Pod[], now: Date): readonly Pod[] {
  const node = (pod: Pod): string => pod.spec.nodeName ?? "";
  const crowd = (pod: Pod): number => pods.filter((other) => isReady(other) && node(other) === node(pod)).length;
  const cost = (pod: Pod): number => Number(pod.metadata.annotations?.[DELETION_COST] ?? 0) || 0;
  const phase = (pod: Pod): number => phases[pod.status?.phase ?? "Pending"] ?? 0;
  const compare = (a: Pod, b: Pod): number =>
    (node(a) === "" || node(b) === "" ? Number(node(a) !== "") - Number(node(b) !== "") : 0) ||
    phase(a) - phase(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    cost(a) - cost(b) ||
    crowd(b) - crowd(a) ||
    (isReady(a) && isReady(b) ? byAge(a, b, readySince(a), readySince(b), now) : 0) ||
    restarts(b) - restarts(a) ||
    byAge(a, b, createdAt(a), createdAt(b), now);
  return pods.toSorted(compare);
}
