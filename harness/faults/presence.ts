import type { Cluster, Replica } from "../core/cluster.ts";
import { incarnationKey } from "../core/events.ts";
import { seconds } from "../core/time.ts";

/** A new pod is scheduled, started and found ready within this, on busy nodes too. */
export const STARTS_WITHIN = seconds(60);

/** Whether this very process of the replica still exists. */
export const isPresent = (cluster: Cluster, replica: Replica): boolean =>
  cluster.replicas().some((other) => other.phase !== "gone" && incarnationKey(other) === incarnationKey(replica));

/** Names as a sentence has them. */
export const namesOf = (replicas: readonly Replica[]): string => replicas.map(incarnationKey).join(", ");

/** The proof of an ended process: throws while one of them is still there. */
export function proveGone(cluster: Cluster, replicas: readonly Replica[]): string {
  const left = replicas.filter((replica) => isPresent(cluster, replica));
  if (left.length > 0) throw new Error(`${namesOf(left)} is still there`);
  return `${namesOf(replicas)} is gone`;
}
