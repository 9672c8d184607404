import { refOf, type Action } from "./action.ts";
import { desiredReplicas, isRolling, maxSurge } from "./bounds.ts";
import { byCreation, DESIRED, MAXIMUM, scaleAnnotations, sizeOf, sumSizes } from "./revisions.ts";
import type { Deployment, ReplicaSet } from "./types.ts";

export const active = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] => sets.filter((set) => sizeOf(set) > 0);

/** Sets a ReplicaSet's size and the annotations that remember for which Deployment size it was chosen. */
export const resize = (deployment: Deployment, set: ReplicaSet, replicas: number): Action => ({
  kind: "patch",
  ref: refOf("replicasets", set),
  body: { metadata: { annotations: scaleAnnotations(deployment) }, spec: { replicas } },
});

/** The one active ReplicaSet; the current (else the newest) when none is active; undefined when several are. */
function soleActive(current: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const all = active([...old, ...(current === undefined ? [] : [current])]);
  if (all.length > 1) return undefined;
  return all[0] ?? current ?? old.toSorted(byCreation).at(-1);
}

const isSaturated = (deployment: Deployment, set: ReplicaSet | undefined): boolean => {
  const desired = desiredReplicas(deployment);
  return (
    set !== undefined &&
    Number(set.metadata.annotations?.[DESIRED]) === desired &&
    sizeOf(set) === desired &&
    (set.status?.availableReplicas ?? 0) === desired
  );
};

/**
 * A ReplicaSet's share of the pods to add (or, below zero, to remove): it keeps its part of the greatest size that the
 * Deployment might have had, bounded by what is left to add.
 */
function proportion(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (toAdd === added) return 0;
  const size = sizeOf(set);
  const desired = desiredReplicas(deployment);
  const before = Number(set.metadata.annotations?.[MAXIMUM]) || deployment.status?.replicas || 0;
  const kept = before === 0 ? size : Math.round((size * (desired + maxSurge(deployment))) / before);
  const share = (desired === 0 ? 0 : kept) - size;
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

function proportionally(deployment: Deployment, all: readonly ReplicaSet[]): readonly Action[] {
  const desired = desiredReplicas(deployment);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const toAdd = allowed - sumSizes(all);
  // Larger sets first; among equals the newer grows first and the older shrinks first.
  const sorted = all.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)));
  let added = 0;
  const sizes = sorted.map((set) => {
    const part = proportion(deployment, set, toAdd, added);
    added += part;
    return sizeOf(set) + part;
  });
  if (toAdd !== 0 && sizes[0] !== undefined) sizes[0] = Math.max(0, sizes[0] + toAdd - added);
  const stale = (set: ReplicaSet): boolean =>
    Object.entries(scaleAnnotations(deployment)).some(([key, value]) => set.metadata.annotations?.[key] !== value);
  return sorted.flatMap((set, index) =>
    sizes[index] !== sizeOf(set) || stale(set) ? [resize(deployment, set, sizes[index]!)] : [],
  );
}

/** Whether `replicas` was changed since the active ReplicaSets were sized. */
export const isScaling = (deployment: Deployment, all: readonly ReplicaSet[]): boolean =>
  active(all).some((set) => {
    const desired = set.metadata.annotations?.[DESIRED];
    return desired !== undefined && Number(desired) !== desiredReplicas(deployment);
  });

/** Follows a change of `replicas`, in the middle of a rollout in proportion to each ReplicaSet's size. */
export function scale(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): readonly Action[] {
  const sole = soleActive(current, old);
  const desired = desiredReplicas(deployment);
  if (sole !== undefined) return sizeOf(sole) === desired ? [] : [resize(deployment, sole, desired)];
  if (isSaturated(deployment, current)) return active(old).map((set) => resize(deployment, set, 0));
  if (!isRolling(deployment)) return [];
  return proportionally(deployment, active([...old, ...(current === undefined ? [] : [current])]));
}
