import type { Cluster, Replica } from "../core/cluster.ts";
import type { ActiveDisturbance, Disturbance } from "../core/disturbance.ts";
import type { Injected } from "../core/fault.ts";
import { namesOf } from "./presence.ts";

export type Disturbed = { readonly replica: Replica; readonly disturbance: ActiveDisturbance };

/** Puts one disturbance into the gates of all targets; if one refuses it, it is lifted from the others. */
export function disturbAll(
  cluster: Cluster,
  targets: readonly Replica[],
  disturbance: Disturbance,
  id: string,
): { readonly active: readonly Disturbed[]; lift(): void } {
  const active: Disturbed[] = [];
  const lift = (): void => {
    for (const one of active) one.disturbance.lift();
  };
  try {
    for (const replica of targets) active.push({ replica, disturbance: cluster.disturb(replica, disturbance, id) });
  } catch (error) {
    lift();
    throw error;
  }
  return { active, lift };
}

/** A fault of calls: it has landed once a call of one of its targets was touched, and is over when lifted. */
export function injectIntoCalls(
  cluster: Cluster,
  targets: readonly Replica[],
  disturbance: Disturbance,
  id: string,
): Injected {
  const { active, lift } = disturbAll(cluster, targets, disturbance, id);
  return {
    targets,
    async proof(signal) {
      await firstHit(active, signal);
      const touched = active.filter((one) => one.disturbance.hits() > 0);
      return `touched ${touched.map((one) => `${one.disturbance.hits()} of the calls of ${namesOf([one.replica])}`).join(", ")}`;
    },
    heal: async () => lift(),
  };
}

async function firstHit(active: readonly Disturbed[], signal: AbortSignal): Promise<void> {
  try {
    await Promise.any(active.map((one) => one.disturbance.hit(signal)));
  } catch (error) {
    const names = namesOf(active.map((one) => one.replica));
    throw new Error(`no call of ${names} that it would touch came while it held`, { cause: error });
  }
}
