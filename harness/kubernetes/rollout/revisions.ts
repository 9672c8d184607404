import { controllerRef, refOf, type Action } from "./action.ts";
import { desiredReplicas, isRolling, maxSurge } from "./bounds.ts";
import { sameTemplate, TEMPLATE_HASH, templateHash } from "./hash.ts";
import type { Deployment, PodTemplate, ReplicaSet } from "./types.ts";

const PREFIX = "deployment.kubernetes.io";
export const REVISION = `${PREFIX}/revision`;
export const DESIRED = `${PREFIX}/desired-replicas`;
export const MAXIMUM = `${PREFIX}/max-replicas`;
const HISTORY = `${PREFIX}/revision-history`;
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** Annotations of a Deployment that are not handed on to its ReplicaSets. */
const kept = new Set([REVISION, HISTORY, DESIRED, MAXIMUM, LAST_APPLIED]);

export const sizeOf = (set: ReplicaSet): number => set.spec.replicas ?? 1;
export const sumSizes = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, set) => sum + sizeOf(set), 0);
export const sumStatus = (
  sets: readonly ReplicaSet[],
  field: "replicas" | "readyReplicas" | "availableReplicas" | "terminatingReplicas",
): number => sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);

const created = (set: ReplicaSet): string => set.metadata.creationTimestamp ?? "";
/** Negative when `a` is the older; equal ages go by name, as in the real controllers. */
export const byCreation = (a: ReplicaSet, b: ReplicaSet): number => {
  if (created(a) !== created(b)) return created(a) < created(b) ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
};

export const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[REVISION] ?? 0) || 0;

/** The ReplicaSet that has the Deployment's template (the oldest of several), and all others. */
export function splitSets(
  deployment: Deployment,
  owned: readonly ReplicaSet[],
): { readonly current: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] } {
  const sorted = owned.toSorted(byCreation);
  const current = sorted.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
  return { current, old: sorted.filter((set) => set !== current) };
}

export const nextRevision = (old: readonly ReplicaSet[]): number => Math.max(0, ...old.map(revisionOf)) + 1;

/** Size a new ReplicaSet may have now: all at once for Recreate, else as far as the surge leaves room. */
export function sizeOfNew(deployment: Deployment, all: readonly ReplicaSet[], size: number): number {
  const desired = desiredReplicas(deployment);
  if (!isRolling(deployment)) return desired;
  const room = desired + maxSurge(deployment) - sumSizes(all);
  return room <= 0 ? size : size + Math.min(room, desired - size);
}

export const scaleAnnotations = (deployment: Deployment): Record<string, string> => ({
  [DESIRED]: String(desiredReplicas(deployment)),
  [MAXIMUM]: String(desiredReplicas(deployment) + maxSurge(deployment)),
});

const inherited = (deployment: Deployment): Record<string, string> =>
  Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !kept.has(key)));

/** Brings an existing ReplicaSet's revision, inherited annotations and minReadySeconds up to date; undefined when they are. */
export function renewSet(deployment: Deployment, set: ReplicaSet, revision: number): Action | undefined {
  const annotations: Record<string, string> = {};
  const has = set.metadata.annotations ?? {};
  for (const [key, value] of Object.entries(inherited(deployment))) if (has[key] !== value) annotations[key] = value;
  if (revisionOf(set) < revision) annotations[REVISION] = String(revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const late = (set.spec.minReadySeconds ?? 0) !== minReadySeconds;
  if (Object.keys(annotations).length === 0 && !late) return undefined;
  const spec = late ? { spec: { minReadySeconds } } : {};
  return { kind: "patch", ref: refOf("replicasets", set), body: { metadata: { annotations }, ...spec } };
}

function hashFor(deployment: Deployment, taken: ReadonlySet<string>): string {
  for (let collisions = 0; ; collisions += 1) {
    const hash = templateHash(deployment.spec.template, collisions);
    if (!taken.has(`${deployment.metadata.name}-${hash}`)) return hash;
  }
}

/** The ReplicaSet for a template that has none yet; a name that is taken by another template gets another hash. */
export function newSet(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet {
  const hash = hashFor(deployment, new Set(old.map((set) => set.metadata.name)));
  const { template, selector, minReadySeconds } = deployment.spec;
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
  const labelled: PodTemplate = { ...template, metadata: { ...template.metadata, labels } };
  const annotations = {
    ...inherited(deployment),
    ...scaleAnnotations(deployment),
    [REVISION]: String(nextRevision(old)),
  };
  const namespace = deployment.metadata.namespace ?? "";
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace,
      labels,
      annotations,
      ownerReferences: [controllerRef(deployment)],
    },
    spec: {
      replicas: sizeOfNew(deployment, old, 0),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH]: hash } },
      template: labelled,
    },
    status: { replicas: 0 },
  };
}
