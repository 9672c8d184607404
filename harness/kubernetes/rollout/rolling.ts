import type { Action } from "./action.ts";
import { desiredReplicas, maxUnavailable } from "./bounds.ts";
import { byCreation, sizeOf, sizeOfNew, sumSizes, sumStatus } from "./revisions.ts";
import { active, resize } from "./scale.ts";
import type { Deployment, ReplicaSet } from "./types.ts";

const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

/** Grows (or shrinks) the current ReplicaSet as far as the surge allows; undefined when its size is right for now. */
export function growNew(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Action | undefined {
  const size = sizeOf(current);
  const desired = desiredReplicas(deployment);
  const next = size >= desired ? desired : sizeOfNew(deployment, [...old, current], size);
  return next === size ? undefined : resize(deployment, current, next);
}

/**
 * Shrinks the old ReplicaSets: first their unavailable pods, then as many available ones as maxUnavailable lets go.
 * Pods of the current ReplicaSet that are not available yet count as missing. Nothing, as long as a ReplicaSet says
 * that more are available than it is to have: it was shrunk, and has not said so yet.
 */
export function shrinkOld(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): readonly Action[] {
  const olds = active(old).toSorted(byCreation);
  const minAvailable = desiredReplicas(deployment) - maxUnavailable(deployment);
  const unavailableNew = sizeOf(current) - availableOf(current);
  const spare = sumSizes(old) + sizeOf(current) - minAvailable - unavailableNew;
  if (olds.length === 0 || spare <= 0) return [];

  const sizes = new Map(olds.map((set) => [set, sizeOf(set)]));
  const take = (set: ReplicaSet, most: number): number => {
    const taken = Math.max(0, Math.min(most, sizes.get(set)!));
    sizes.set(set, sizes.get(set)! - taken);
    return taken;
  };
  let unhealthy = spare;
  for (const set of olds) {
    if (unhealthy > 0 && availableOf(set) > sizeOf(set)) return [];
    unhealthy -= take(set, Math.min(unhealthy, sizeOf(set) - availableOf(set)));
  }
  let healthy = sumStatus([...olds, current], "availableReplicas") - minAvailable;
  for (const set of olds) healthy -= take(set, healthy);
  return olds.filter((set) => sizes.get(set) !== sizeOf(set)).map((set) => resize(deployment, set, sizes.get(set)!));
}
