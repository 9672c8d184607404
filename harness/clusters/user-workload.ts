import type { Strategy } from "../core/cluster.ts";
import type { Manifests } from "../core/elector.ts";
import { placed } from "../electors/manifests/placed.ts";
import type { DaemonSet, Deployment } from "../kubernetes/rollout/types.ts";
import { readinessOf, strategyOf, type DeployOptions } from "./deployment-of.ts";

/** Kubernetes' own default: a scenario with these has no other strategy in mind. */
const DEFAULT = "25%";

/** Whether the scenario is about this strategy: Recreate, or a surge of its own. */
const isDemanded = (strategy: Strategy): boolean =>
  strategy.type !== "RollingUpdate" || strategy.maxSurge !== DEFAULT || strategy.maxUnavailable !== DEFAULT;

/**
 * A user's own workload in the trial's namespace: its number of replicas as asked for, its strategy its own unless the
 * scenario is about another. Where it says nothing of minReadySeconds they are the scenario's.
 */
export function userWorkload(
  { workload }: Manifests,
  { replicas, strategy, namespace }: Pick<DeployOptions, "replicas" | "strategy" | "namespace">,
): Deployment | DaemonSet {
  const object = placed(workload.object, namespace) as Deployment | DaemonSet;
  const ready = object.spec.minReadySeconds === undefined ? readinessOf(strategy) : {};
  if (object.kind === "DaemonSet") return { ...object, spec: { ...object.spec, ...ready } } as DaemonSet;
  const demanded = isDemanded(strategy) ? { strategy: strategyOf(strategy) } : {};
  return { ...object, spec: { ...object.spec, ...ready, ...demanded, replicas } } as Deployment;
}
