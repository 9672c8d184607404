import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../../../harness/clusters/apiserver/client.ts";
import { follow } from "../../../harness/clusters/apiserver/follow.ts";
import type { KubeObject } from "../../../harness/kubernetes/objects.ts";
import { controllerOf, refOf } from "../../../harness/kubernetes/rollout/action.ts";
import { isReady } from "../../../harness/kubernetes/rollout/pods.ts";
import type { Deployment, Pod, PodTemplate, ReplicaSet } from "../../../harness/kubernetes/rollout/types.ts";

/** Without a change for so long (ms), and with every status telling what is there, the controllers have nothing to do. */
const QUIET = 150;
const LOOK = 50;
/** A bound on hanging, never a measure (ms). */
const NEVER = 60_000;

type DeploymentStatus = { readonly replicas?: number; readonly availableReplicas?: number };

export const imageOf = (template: PodTemplate): string => template.spec.containers[0]?.image ?? "";
export const isEnding = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/**
 * Whether a new ReplicaSet was told of before its first pod or with it is a matter of the real controller's cache; so
 * is, when all pods of an old one go at once, whether both were seen side by side, which it calls progress: a rollout
 * that it did not see leaves the reason of the last one, until its pods are available.
 */
const reasonOf = (reason: string | undefined, { replicas = 0, availableReplicas = 0 }: DeploymentStatus): string =>
  reason === "NewReplicaSetCreated" ||
  (reason === "NewReplicaSetAvailable" && (replicas === 0 || availableReplicas < replicas))
    ? "ReplicaSetUpdated"
    : (reason ?? "");

/** What is there when the controllers have come to rest. */
export type State = {
  /** By image: pods that are not ready, that are, that are terminating; and how many the ReplicaSet is to have. */
  readonly revisions: Readonly<Record<string, string>>;
  readonly status: Readonly<Record<string, unknown>>;
  readonly conditions: readonly string[];
  readonly revision: string | undefined;
};

export type World = {
  pods(): readonly Pod[];
  deployment(): Deployment | undefined;
  /** Waits until what was done last is seen, and nothing more is done; throws after a minute. */
  settled(seen: () => boolean): Promise<State>;
};

/**
 * Follows a Deployment, its ReplicaSets and their pods in a namespace until the signal aborts. Pods that end without ever having been ready are gone at once: how many of them there are is chance, for one real
 * controller makes pods while another already takes their number back.
 */
export async function openWorld(client: ApiClient, namespace: string, signal: AbortSignal): Promise<World> {
  const known = {
    pods: new Map<string, Pod>(),
    replicasets: new Map<string, ReplicaSet>(),
    deployments: new Map<string, Deployment>(),
  };
  let changedAt = performance.now();
  await Promise.all(
    Object.entries(known).map(([resource, objects]) =>
      follow(
        client,
        { resource, namespace },
        {
          change({ type, object }) {
            changedAt = performance.now();
            const uid = object.metadata.uid ?? "";
            if (type === "DELETED") objects.delete(uid);
            else (objects as Map<string, KubeObject>).set(uid, object);
          },
          gap: () => true,
        },
        signal,
      ),
    ),
  );
  const pods = (): readonly Pod[] => [...known.pods.values()];
  const sets = (): readonly ReplicaSet[] => [...known.replicasets.values()];
  const ownedBy = (set: ReplicaSet): readonly Pod[] =>
    pods().filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
  const deployment = (): Deployment | undefined => known.deployments.values().next().value;

  /** Every status is of the newest generation and tells what is there, and every ReplicaSet has what it is to have. */
  const consistent = (): boolean => {
    const told = sets().every((set) => {
      const active = ownedBy(set).filter((pod) => !isEnding(pod));
      const { observedGeneration, replicas, readyReplicas = 0 } = set.status ?? { replicas: 0 };
      return (
        (observedGeneration ?? 0) === (set.metadata.generation ?? 0) &&
        replicas === active.length &&
        readyReplicas === active.filter(isReady).length &&
        active.length === (set.spec.replicas ?? 1) &&
        active.every((pod) => pod.spec.nodeName !== undefined)
      );
    });
    const whole = deployment();
    if (!told || whole === undefined || pods().some((pod) => isEnding(pod) && !isReady(pod))) return false;
    const { observedGeneration, replicas = 0, readyReplicas = 0 } = whole.status ?? {};
    const active = pods().filter((pod) => !isEnding(pod));
    // Recreate makes the new ReplicaSet once the last pod is gone, which no status tells of.
    const begun =
      pods().length > 0 || sets().some((set) => imageOf(set.spec.template) === imageOf(whole.spec.template));
    return (
      begun &&
      observedGeneration === whole.metadata.generation &&
      replicas === active.length &&
      readyReplicas === active.filter(isReady).length
    );
  };

  const ended = new Set<string | undefined>();
  const endFresh = async (): Promise<void> => {
    const fresh = pods().filter((pod) => isEnding(pod) && !isReady(pod) && !ended.has(pod.metadata.uid));
    for (const pod of fresh) ended.add(pod.metadata.uid);
    await Promise.all(fresh.map((pod) => client.remove(refOf("pods", pod), { gracePeriodSeconds: 0 })));
  };

  const state = (): State => {
    const whole = deployment();
    const revisions = sets().map((set): [string, string] => {
      const own = ownedBy(set);
      const active = own.filter((pod) => !isEnding(pod));
      const ready = active.filter(isReady).length;
      const ending = own.length - active.length;
      return [
        imageOf(set.spec.template),
        `${active.length - ready} new, ${ready} ready, ${ending} ending of ${set.spec.replicas}`,
      ];
    });
    const {
      conditions = [],
      observedGeneration: _generation,
      terminatingReplicas: _ending,
      ...status
    } = whole?.status ?? {};
    return {
      revisions: Object.fromEntries(revisions.toSorted(([a], [b]) => (a < b ? -1 : 1))),
      status,
      conditions: conditions
        .map(({ type, status: holds, reason }) => `${type} ${holds} ${reasonOf(reason, status)}`)
        .toSorted(),
      revision: whole?.metadata.annotations?.["deployment.kubernetes.io/revision"],
    };
  };

  return {
    pods,
    deployment,
    async settled(seen) {
      const deadline = performance.now() + NEVER;
      for (;;) {
        await endFresh();
        if (seen() && consistent() && performance.now() - changedAt >= QUIET) return state();
        if (performance.now() > deadline)
          throw new Error(`the controllers do not come to rest: ${JSON.stringify(state())}`);
        await sleep(LOOK, undefined, { signal });
      }
    },
  };
}
