import type { Deployment } from "./types.ts";

/** A count given as a number or a percentage of `total`; undefined text that is neither counts as 0. */
export function resolveCount(value: number | string, total: number, round: "up" | "down"): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value.trim());
  if (percent === null) return /^\d+$/.test(value.trim()) ? Number(value) : 0;
  // Multiplied before divided: 10 % of 30 is 3 and must not be rounded up to 4 for a float's sake.
  const share = (Number(percent[1]) * total) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}

export const desiredReplicas = (deployment: Deployment): number => deployment.spec.replicas ?? 1;

export const isRolling = (deployment: Deployment): boolean => deployment.spec.strategy?.type !== "Recreate";

/** Surge rounds up, unavailable rounds down; both zero could never move, so one pod may be unavailable then. */
function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const total = desiredReplicas(deployment);
  const { rollingUpdate } = deployment.spec.strategy ?? {};
  const surge = resolveCount(rollingUpdate?.maxSurge ?? "25%", total, "up");
  const unavailable = resolveCount(rollingUpdate?.maxUnavailable ?? "25%", total, "down");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Pods that a rollout may have above the desired number; 0 unless RollingUpdate. */
export const maxSurge = (deployment: Deployment): number => (isRolling(deployment) ? fenceposts(deployment).surge : 0);

/** Pods that may be missing during a rollout; 0 unless RollingUpdate, never more than are desired. */
export function maxUnavailable(deployment: Deployment): number {
  const total = desiredReplicas(deployment);
  if (!isRolling(deployment) || total === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, total);
}
