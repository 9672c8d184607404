import type { Cluster, Replica, Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { applyToAll } from "./apply.ts";
import { pick } from "./pick.ts";
import { isPresent, namesOf } from "./presence.ts";

/** Freezes a replica: a long GC, a suspended machine, that wakes still believing that it leads. */
export const pause = defineFault<{ readonly target: Target }>({
  name: "pause",
  summary: "freezes every process of a replica (SIGSTOP) and wakes it again",
  needs: ["signals"],
  effect: "pause",
  async inject(cluster, { target }, _id, signal) {
    const targets = pick(cluster, target);
    const wake = (replica: Replica, healSignal: AbortSignal): Promise<void> => resume(cluster, replica, healSignal);
    await applyToAll(cluster, targets, (replica) => cluster.pause(replica, signal), wake);
    return {
      targets,
      proof: async () => proveFrozen(cluster, targets),
      heal: async (healSignal) => void (await Promise.all(targets.map((replica) => wake(replica, healSignal)))),
    };
  },
});

/** A replica that was killed meanwhile needs no waking. */
async function resume(cluster: Cluster, replica: Replica, signal: AbortSignal): Promise<void> {
  if (isPresent(cluster, replica)) await cluster.resume(replica, signal);
}

/** Cluster.pause resolved, so all processes were stopped; they must be still, where the cluster can look. */
function proveFrozen(cluster: Cluster, targets: readonly Replica[]): string {
  for (const replica of targets) {
    if (!isPresent(cluster, replica)) throw new Error(`${namesOf([replica])} ended instead of pausing`);
    if (cluster.paused?.(replica) === false) throw new Error(`${namesOf([replica])} runs although it was paused`);
  }
  return `every process of ${namesOf(targets)} is stopped`;
}
