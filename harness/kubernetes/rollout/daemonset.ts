import { controllerRef, ownedBy, refOf, type Action, type NewObject, type Outcome } from "./action.ts";
import { resolveCount } from "./bounds.ts";
import { canonical, templateHash } from "./hash.ts";
import { isAvailable, isFinished, isReady, nextAvailability } from "./pods.ts";
import { podOf, removePod } from "./replicaset.ts";
import type { DaemonSet, Node, Pod } from "./types.ts";

export const DAEMON_HASH = "controller-revision-hash";

const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
const hashOf = (pod: Pod): string | undefined => pod.metadata.labels?.[DAEMON_HASH];
const age = (a: Pod, b: Pod): number => {
  const [left, right] = [a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""];
  return left === right ? 0 : left < right ? -1 : 1;
};

function daemonPod(set: DaemonSet, node: string, hash: string): Action {
  const labels = { ...set.spec.template.metadata?.labels, [DAEMON_HASH]: hash };
  const template = { ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } };
  const action = podOf(set.metadata, template, controllerRef(set));
  if (action.kind !== "create") return action;
  // The real controller asks the scheduler by node affinity; here it binds the pod itself.
  return { ...action, object: { ...action.object, spec: { ...template.spec, nodeName: node } } as NewObject };
}

/** One pod a node: a finished one is deleted, of several the oldest stays, a terminating one must be gone first. */
function manageNode(set: DaemonSet, node: string, pods: readonly Pod[], hash: string): readonly Action[] {
  if (pods.length === 0) return [daemonPod(set, node, hash)];
  const live = pods.filter((pod) => !isTerminating(pod));
  const running = live.filter((pod) => !isFinished(pod)).toSorted(age);
  return [...live.filter(isFinished), ...running.slice(1)].map(removePod);
}

/** Replaces old pods: unavailable ones at once, available ones while fewer than maxUnavailable nodes are without. */
function replaceOld(set: DaemonSet, byNode: ReadonlyMap<string, readonly Pod[]>, hash: string, now: Date) {
  const value = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const allowed = Math.max(1, resolveCount(value, byNode.size, "up"));
  const minReady = set.spec.minReadySeconds ?? 0;
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const pods of byNode.values()) {
    const live = pods.filter((pod) => !isTerminating(pod));
    const only = live.length === 1 ? live[0] : undefined;
    const available = only !== undefined && isAvailable(only, minReady, now);
    if (!available) unavailable += 1;
    if (only === undefined || hashOf(only) === hash) continue;
    (available ? candidates : broken).push(only);
  }
  return [...broken, ...candidates.slice(0, Math.max(0, allowed - unavailable))].map(removePod);
}

function statusOf(set: DaemonSet, byNode: ReadonlyMap<string, readonly Pod[]>, hash: string, now: Date) {
  const firsts = [...byNode.values()].flatMap((pods) =>
    pods
      .filter((pod) => !isTerminating(pod))
      .toSorted(age)
      .slice(0, 1),
  );
  const available = firsts.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length;
  return {
    currentNumberScheduled: firsts.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: byNode.size,
    numberReady: firsts.filter(isReady).length,
    observedGeneration: set.metadata.generation ?? 0,
    updatedNumberScheduled: firsts.filter((pod) => hashOf(pod) === hash).length,
    numberAvailable: available,
    numberUnavailable: byNode.size - available,
  };
}

/** Whether the template's pods, and no others, are available on every node, and the spec was seen. */
export function isRolledOut({ metadata, status = {} }: DaemonSet): boolean {
  const desired = status.desiredNumberScheduled ?? 0;
  return (
    (status.updatedNumberScheduled ?? 0) >= desired &&
    (status.numberAvailable ?? 0) >= desired &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

/** Whether the pods of the set may run there. */
const takes = ({ metadata }: Node, { spec }: DaemonSet): boolean =>
  Object.entries(spec.template.spec.nodeSelector ?? {}).every(([label, value]) => metadata.labels?.[label] === value);

/**
 * One pass of the DaemonSet controller with RollingUpdate (maxSurge 0, maxUnavailable 1 unless set): on one node old
 * and new never overlap. ControllerRevision objects are not kept; the template's hash stands for the revision.
 */
export function reconcileDaemonSet(
  set: DaemonSet,
  allPods: readonly Pod[],
  nodes: readonly Node[],
  now: Date,
): Outcome {
  const pods = ownedBy<Pod>(allPods, set);
  const hash = templateHash(set.spec.template);
  const byNode = new Map(
    nodes
      .filter((node) => takes(node, set))
      .map((node) => [node.metadata.name, pods.filter((pod) => pod.spec.nodeName === node.metadata.name)] as const),
  );
  const lost = pods.filter((pod) => !isTerminating(pod) && !byNode.has(pod.spec.nodeName ?? ""));
  const managed = [...byNode].flatMap(([node, there]) => manageNode(set, node, there, hash));
  const rolling = set.spec.updateStrategy?.type !== "OnDelete" && managed.length === 0;
  const steps =
    set.metadata.deletionTimestamp !== undefined
      ? []
      : [...lost.map(removePod), ...managed, ...(rolling ? replaceOld(set, byNode, hash, now) : [])];
  const status = statusOf(set, byNode, hash, now);
  const changed = canonical(status) !== canonical(set.status);
  const wait = nextAvailability(pods, set.spec.minReadySeconds ?? 0, now);
  return {
    actions: [...steps, ...(changed ? [{ kind: "status", ref: refOf("daemonsets", set), status } as const] : [])],
    ...(wait === undefined ? {} : { requeueAfterMs: wait }),
  };
}
