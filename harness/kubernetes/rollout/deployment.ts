import { ownedBy, refOf, type Action, type Outcome } from "./action.ts";
import { desiredReplicas, isRolling } from "./bounds.ts";
import { findCondition, setCondition, type Conditions } from "./conditions.ts";
import { canonical } from "./hash.ts";
import { oldPodsRemain, stopOld } from "./recreate.ts";
import { newSet, nextRevision, renewSet, REVISION, revisionOf, sizeOf, splitSets } from "./revisions.ts";
import { growNew, shrinkOld } from "./rolling.ts";
import { isScaling, resize, scale } from "./scale.ts";
import { deploymentStatus, isComplete, progressDeadline, untilStuck } from "./status.ts";
import type { Deployment, Pod, ReplicaSet } from "./types.ts";

export type DeploymentState = {
  readonly deployment: Deployment;
  /** All ReplicaSets and pods of the namespace; those of others are left out here. */
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
};

/** A pass in the making: what is there, what was decided so far. */
type Pass = {
  readonly deployment: Deployment;
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly actions: readonly Action[];
  readonly conditions: Conditions;
  /** The current ReplicaSet's, for the Deployment's annotation. */
  readonly revision?: string;
};

const condition = (status: "True" | "Unknown", reason: string, message: string) => ({
  type: "Progressing",
  status,
  reason,
  message,
});

/** Remembers that a Deployment was paused or resumed, so that the pause does not count as a lack of progress. */
function notePause(deployment: Deployment, now: Date): Conditions {
  const conditions = deployment.status?.conditions ?? [];
  const reason = findCondition(conditions, "Progressing")?.reason;
  if (progressDeadline(deployment) === undefined || reason === "ProgressDeadlineExceeded") return conditions;
  if (deployment.spec.paused === true && reason !== "DeploymentPaused")
    return setCondition(conditions, condition("Unknown", "DeploymentPaused", "Deployment is paused"), now);
  if (deployment.spec.paused !== true && reason === "DeploymentPaused")
    return setCondition(conditions, condition("Unknown", "DeploymentResumed", "Deployment is resumed"), now);
  return conditions;
}

/** Copies the current ReplicaSet's revision to the Deployment, and renews the ReplicaSet's own. */
function syncRevision(pass: Pass, now: Date): Pass {
  const { deployment, current, old } = pass;
  if (current === undefined) return pass;
  const renewal = renewSet(deployment, current, nextRevision(old));
  const revision = String(Math.max(revisionOf(current), nextRevision(old)));
  const actions = [...pass.actions, ...(renewal === undefined ? [] : [renewal])];
  const noted = findCondition(pass.conditions, "Progressing") !== undefined;
  const message = `Found new replica set "${current.metadata.name}"`;
  const conditions =
    noted || progressDeadline(deployment) === undefined
      ? pass.conditions
      : setCondition(pass.conditions, condition("True", "FoundNewReplicaSet", message), now);
  return { ...pass, actions, conditions, revision };
}

/** Makes sure that the current ReplicaSet exists. */
function withNewSet(pass: Pass, now: Date): Pass & { readonly current: ReplicaSet } {
  if (pass.current !== undefined) return { ...pass, current: pass.current };
  const { deployment, old } = pass;
  const current = newSet(deployment, old);
  const namespace = current.metadata.namespace ?? "";
  const message = `Created new replica set "${current.metadata.name}"`;
  return {
    ...pass,
    current,
    revision: String(revisionOf(current)),
    actions: [...pass.actions, { kind: "create", resource: "replicasets", namespace, object: current }],
    conditions:
      progressDeadline(deployment) === undefined
        ? pass.conditions
        : setCondition(pass.conditions, condition("True", "NewReplicaSetCreated", message), now),
  };
}

/** Old ReplicaSets beyond revisionHistoryLimit, oldest revision first; never one that has, or may still get, pods. */
function forget({ deployment, old }: Pass): readonly Action[] {
  const alive = old.filter((set) => set.metadata.deletionTimestamp === undefined);
  const excess = alive.length - (deployment.spec.revisionHistoryLimit ?? 10);
  const idle = (set: ReplicaSet): boolean =>
    (set.status?.replicas ?? 0) === 0 &&
    sizeOf(set) === 0 &&
    (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
  return alive
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, excess))
    .filter(idle)
    .map((set): Action => ({ kind: "remove", ref: refOf("replicasets", set) }));
}

/** Ends the pass with the status, written only where it changed. */
function finish(pass: Pass, steps: readonly Action[], now: Date, estimate: boolean): Outcome {
  const { deployment, current, old } = pass;
  const status = deploymentStatus(deployment, current, old, pass.conditions, now, estimate);
  const { revision = deployment.metadata.annotations?.[REVISION] } = pass;
  const revised = revision !== deployment.metadata.annotations?.[REVISION];
  const changed = revised || canonical(status) !== canonical(deployment.status);
  const ref = refOf("deployments", deployment);
  const annotations = revised && revision !== undefined ? { annotations: { [REVISION]: revision } } : {};
  const wait =
    estimate && !isComplete(deployment, status) ? untilStuck(deployment, status.conditions ?? [], now) : undefined;
  return {
    actions: [
      ...pass.actions,
      ...steps,
      ...(changed ? [{ kind: "status", ref, status, ...annotations } as const] : []),
    ],
    // A second more, as the real one adds: the stamps are whole seconds.
    ...(wait === undefined ? {} : { requeueAfterMs: wait + 1000 }),
  };
}

function rollRolling(start: Pass, now: Date): Outcome {
  const pass = withNewSet(start, now);
  const { deployment, current, old } = pass;
  const grown = growNew(deployment, current, old);
  if (grown !== undefined) return finish(pass, [grown], now, true);
  const shrunk = shrinkOld(deployment, current, old);
  if (shrunk.length > 0) return finish(pass, shrunk, now, true);
  return finish(pass, isComplete(deployment) ? forget(pass) : [], now, true);
}

function rollRecreate(start: Pass, pods: readonly Pod[], now: Date): Outcome {
  const { deployment, old } = start;
  const stopped = stopOld(deployment, old);
  if (stopped.length > 0) return finish(start, stopped, now, true);
  if (oldPodsRemain(start.current, old, pods)) return finish(start, [], now, true);
  const pass = withNewSet(start, now);
  const desired = desiredReplicas(deployment);
  const grown = sizeOf(pass.current) === desired ? [] : [resize(deployment, pass.current, desired)];
  return finish(pass, [...grown, ...(isComplete(deployment) ? forget(pass) : [])], now, true);
}

/** One pass of the Deployment controller, step for step like the real one (k8s.io/kubernetes 1.37, pkg/controller/deployment). */
export function reconcileDeployment(state: DeploymentState, now: Date): Outcome {
  const { deployment } = state;
  const owned = ownedBy<ReplicaSet>(state.replicaSets, deployment);
  const { current, old } = splitSets(deployment, owned);
  if (deployment.metadata.deletionTimestamp !== undefined) {
    const conditions = deployment.status?.conditions ?? [];
    return finish({ deployment, current, old, actions: [], conditions }, [], now, false);
  }
  const pass = syncRevision({ deployment, current, old, actions: [], conditions: notePause(deployment, now) }, now);
  if (deployment.spec.paused === true || isScaling(deployment, owned)) {
    const steps = [...scale(deployment, current, old), ...(deployment.spec.paused === true ? forget(pass) : [])];
    return finish(pass, steps, now, false);
  }
  return isRolling(deployment) ? rollRolling(pass, now) : rollRecreate(pass, state.pods, now);
}
