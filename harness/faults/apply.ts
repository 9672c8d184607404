import type { Cluster, Replica } from "../core/cluster.ts";
import { millis } from "../core/time.ts";

/** An injection that failed half-way is undone under this deadline (ms). */
const UNDO = millis(15_000);

/**
 * Does something to every replica at once; if it fails for one, or the signal aborts, undoes it for all of them
 * before it rejects, for the caller then has nothing to heal by.
 */
export async function applyToAll(
  { time }: Cluster,
  replicas: readonly Replica[],
  apply: (replica: Replica) => Promise<void>,
  undo: (replica: Replica, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(replicas.map(apply));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return;
  const signal = time.timeout(UNDO);
  const undone = await Promise.allSettled(replicas.map((replica) => undo(replica, signal)));
  const stuck = undone.filter((outcome) => outcome.status === "rejected").map((outcome) => outcome.reason as unknown);
  if (stuck.length > 0) throw new AggregateError([failed.reason, ...stuck], "a fault failed and could not be undone");
  throw failed.reason;
}
