import type { Elector } from "../core/elector.ts";
import type { Millis } from "../core/time.ts";
import type { Ref } from "../kubernetes/objects.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import { isRolledOut } from "../kubernetes/rollout/daemonset.ts";
import { isComplete } from "../kubernetes/rollout/status.ts";
import type { DaemonSet, Deployment, PodSpec } from "../kubernetes/rollout/types.ts";
import { userWorkload } from "./user-workload.ts";
import { deploymentOf, nameOf, podSpecOf, readinessOf, type DeployOptions } from "./deployment-of.ts";

/** What is changed of a pod template, by a merge patch. */
export type TemplateChange = Readonly<Record<string, unknown>>;

/** What makes an elector's pods, as its elector.yaml says. */
export type Workload = Deployment | DaemonSet;

const isDaemonSet = (workload: Workload): workload is DaemonSet => workload.kind === "DaemonSet";

/** A pod on every node; it knows no replicas, and its rolling update no surge. */
function daemonSetOf(options: DeployOptions): DaemonSet {
  const { elector, strategy, namespace } = options;
  const name = nameOf(elector);
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate" },
      ...readinessOf(strategy),
      template: { metadata: { labels }, spec: podSpecOf(options) },
    },
  };
}

/** The object that runs an elector: the user's own, or one for its command or image; InputError for an elector that has none. */
export function workloadOf(options: DeployOptions): Workload {
  const { manifests, workload } = options.elector;
  if (manifests !== undefined) return userWorkload(manifests, options);
  return workload === "DaemonSet" ? daemonSetOf(options) : deploymentOf(options);
}

/** The workload, its pods' spec changed. */
export function withPods(workload: Workload, change: (spec: PodSpec) => PodSpec): Workload {
  const { template } = workload.spec;
  const spec = { ...workload.spec, template: { ...template, spec: change(template.spec) } };
  return { ...workload, spec } as Workload;
}

export const workloadRef = (workload: Workload): Ref =>
  refOf(isDaemonSet(workload) ? "daemonsets" : "deployments", workload);

/** Why a DaemonSet is not drained, and not scaled. */
export const NOT_DRAINED = "a DaemonSet's pods come back to the node that they were drained from";
export const NOT_SCALED = "a DaemonSet has a pod on each node, and is not scaled";

/** The change by which a migration rolls to the elector's successor; undefined where it names none. */
export const migrationOf = (options: DeployOptions & { readonly successor?: Elector }) =>
  options.successor && { spec: podSpecOf({ ...options, elector: options.successor }) };

/** What `kubectl rollout status` waits for. */
export const isDone = (workload: Workload): boolean =>
  isDaemonSet(workload) ? isRolledOut(workload) : isComplete(workload);

/** How far a rollout got. */
export function describeRollout(workload: Workload | undefined, timeout: Millis): string {
  if (workload === undefined) return "what makes the pods was deleted";
  const tell = (updated: number, desired: number, available: number, all: number): string =>
    `after ${timeout} ms ${updated} of ${desired} pods were new, ${available} available, ${all} in all`;
  if (isDaemonSet(workload)) {
    const { updatedNumberScheduled, desiredNumberScheduled, numberAvailable, currentNumberScheduled } =
      workload.status ?? {};
    return tell(
      updatedNumberScheduled ?? 0,
      desiredNumberScheduled ?? 0,
      numberAvailable ?? 0,
      currentNumberScheduled ?? 0,
    );
  }
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = workload.status ?? {};
  return tell(updatedReplicas, workload.spec.replicas ?? 1, availableReplicas, replicas);
}
