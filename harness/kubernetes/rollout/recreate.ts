import { controllerOf, type Action } from "./action.ts";
import { isFinished } from "./pods.ts";
import { sumStatus } from "./revisions.ts";
import { active, resize } from "./scale.ts";
import type { Deployment, Pod, ReplicaSet } from "./types.ts";

export const stopOld = (deployment: Deployment, old: readonly ReplicaSet[]): readonly Action[] =>
  active(old).map((set) => resize(deployment, set, 0));

/** Whether a pod of another revision is still there: one that terminates counts until it is gone. */
export function oldPodsRemain(
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  pods: readonly Pod[],
): boolean {
  if (sumStatus(old, "replicas") > 0) return true;
  const uids = new Set(old.map((set) => set.metadata.uid));
  return pods.some((pod) => {
    const owner = controllerOf(pod)?.uid;
    return owner !== undefined && uids.has(owner) && owner !== current?.metadata.uid && !isFinished(pod);
  });
}
