import { controllerRef, ownedBy, refOf, type Action, type Outcome } from "./action.ts";
import { canonical } from "./hash.ts";
import { isActive, isAvailable, isFinished, isReady, nextAvailability } from "./pods.ts";
import { deletionOrder } from "./ranking.ts";
import type { Pod, PodTemplate, ReplicaSet } from "./types.ts";

/** As many as the real controller creates or deletes in one go. */
const BURST = 500;
const DEFAULT_GRACE_SECONDS = 30;

/** A pod of the template, owned by `owner`; the API names it. */
export function podOf(
  owner: ReplicaSet["metadata"],
  template: PodTemplate,
  reference: ReturnType<typeof controllerRef>,
): Action {
  return {
    kind: "create",
    resource: "pods",
    namespace: owner.namespace ?? "",
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        generateName: `${owner.name}-`,
        ...(template.metadata?.labels === undefined ? {} : { labels: template.metadata.labels }),
        ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
        ownerReferences: [reference],
      },
      spec: template.spec,
      status: { phase: "Pending" },
    },
  };
}

export const removePod = (pod: Pod): Action => ({
  kind: "remove",
  ref: refOf("pods", pod),
  ...(pod.metadata.uid === undefined ? {} : { uid: pod.metadata.uid }),
  gracePeriodSeconds: pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS,
});

function manage(set: ReplicaSet, active: readonly Pod[], now: Date): readonly Action[] {
  const missing = (set.spec.replicas ?? 1) - active.length;
  if (missing > 0)
    return Array.from({ length: Math.min(missing, BURST) }, () =>
      podOf(set.metadata, set.spec.template, controllerRef(set)),
    );
  return deletionOrder(active, now).slice(0, Math.min(-missing, BURST)).map(removePod);
}

function statusOf(set: ReplicaSet, pods: readonly Pod[], now: Date): ReplicaSet["status"] {
  const active = pods.filter(isActive);
  const wanted = Object.entries(set.spec.template.metadata?.labels ?? {});
  const labelled = (pod: Pod): boolean => wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
  const counts = {
    fullyLabeledReplicas: active.filter(labelled).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    terminatingReplicas: pods.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp !== undefined).length,
    observedGeneration: set.metadata.generation ?? 0,
  };
  // Go leaves zero counts out; only `replicas` is always there.
  const shown = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
  return { replicas: active.length, ...shown };
}

/**
 * One pass of the ReplicaSet controller: pods are made while others of the set are still terminating (only active
 * ones count), deleted by `deletionOrder`, and the status says what was there before the pass.
 */
export function reconcileReplicaSet(set: ReplicaSet, allPods: readonly Pod[], now: Date): Outcome {
  const pods = ownedBy<Pod>(allPods, set);
  const active = pods.filter(isActive);
  const deleted = set.metadata.deletionTimestamp !== undefined;
  const status = statusOf(set, pods, now);
  const changed = canonical(status) !== canonical(set.status);
  const wait = nextAvailability(active, set.spec.minReadySeconds ?? 0, now);
  return {
    actions: [
      ...(deleted ? [] : manage(set, active, now)),
      ...(changed ? [{ kind: "status", ref: refOf("replicasets", set), status } as const] : []),
    ],
    ...(wait === undefined ? {} : { requeueAfterMs: wait }),
  };
}
