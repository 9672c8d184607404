import { desiredReplicas, maxUnavailable } from "./bounds.ts";
import { findCondition, setCondition, without, type Conditions } from "./conditions.ts";
import { sumSizes, sumStatus } from "./revisions.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "./types.ts";

// The real API's "no deadline".
const NO_DEADLINE = 2 ** 31 - 1;
const DEFAULT_DEADLINE_SECONDS = 600;

/** Seconds without progress after which a rollout is called stuck; undefined when there is no deadline. */
export function progressDeadline(deployment: Deployment): number | undefined {
  const deadline = deployment.spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
  return deadline === NO_DEADLINE ? undefined : deadline;
}

/** Every desired pod is of the current template and available, no active one is of another, and the spec was seen. */
export function isComplete(deployment: Deployment, status: DeploymentStatus = deployment.status ?? {}): boolean {
  const desired = desiredReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const updated = (status: DeploymentStatus): number => status.updatedReplicas ?? 0;
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - updated(status);
  return (
    updated(after) > updated(before) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Milliseconds until a rollout that makes no progress is called stuck; undefined where that cannot come. */
export function untilStuck(deployment: Deployment, conditions: Conditions, now: Date): number | undefined {
  const deadline = progressDeadline(deployment);
  const condition = findCondition(conditions, "Progressing");
  if (deadline === undefined || condition?.lastUpdateTime === undefined) return undefined;
  if (condition.reason === "NewReplicaSetAvailable" || condition.reason === "ProgressDeadlineExceeded")
    return undefined;
  return Math.max(0, Date.parse(condition.lastUpdateTime) + deadline * 1000 - now.getTime());
}

function progress(
  deployment: Deployment,
  status: DeploymentStatus,
  conditions: Conditions,
  name: string,
  now: Date,
): Conditions {
  if (progressDeadline(deployment) === undefined) return without(conditions, "Progressing");
  const before = findCondition(conditions, "Progressing");
  const settled = status.replicas === status.updatedReplicas && before?.reason === "NewReplicaSetAvailable";
  if (settled) return conditions;
  const set = (value: "True" | "False", reason: string, words: string, renew = false): Conditions =>
    setCondition(conditions, { type: "Progressing", status: value, reason, message: `${name} ${words}` }, now, renew);
  if (isComplete(deployment, status)) return set("True", "NewReplicaSetAvailable", "has successfully progressed.");
  if (isProgressing(deployment.status ?? {}, status)) return set("True", "ReplicaSetUpdated", "is progressing.", true);
  if (untilStuck(deployment, conditions, now) === 0)
    return set("False", "ProgressDeadlineExceeded", "has timed out progressing.");
  return conditions;
}

/** Counts over the ReplicaSets, as they report themselves; zero counts are left out, as Go leaves them out. */
function counts(deployment: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]) {
  const all = [...old, ...(current === undefined ? [] : [current])];
  const available = sumStatus(all, "availableReplicas");
  const fields = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sumStatus(all, "replicas"),
    updatedReplicas: current === undefined ? 0 : sumStatus([current], "replicas"),
    readyReplicas: sumStatus(all, "readyReplicas"),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumSizes(all) - available),
    terminatingReplicas: sumStatus(all, "terminatingReplicas"),
    collisionCount: deployment.status?.collisionCount ?? 0,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, count]) => count !== 0)) as DeploymentStatus;
}

/** The Deployment's status from what its ReplicaSets say; `estimate` judges the rollout's progress too. */
export function deploymentStatus(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  before: Conditions,
  now: Date,
  estimate: boolean,
): DeploymentStatus {
  const status = counts(deployment, current, old);
  const enough = (status.availableReplicas ?? 0) >= desiredReplicas(deployment) - maxUnavailable(deployment);
  const availability = {
    type: "Available",
    status: enough ? ("True" as const) : ("False" as const),
    reason: enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
    message: `Deployment ${enough ? "has" : "does not have"} minimum availability.`,
  };
  const conditions = setCondition(before, availability, now);
  const name =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`;
  return { ...status, conditions: estimate ? progress(deployment, status, conditions, name, now) : conditions };
}
