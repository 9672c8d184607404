import type { Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { pick } from "./pick.ts";
import { proveGone } from "./presence.ts";

/** Asks a replica to go, as a drain or a rolling update does. */
export const evict = defineFault<{ readonly target: Target }>({
  name: "evict",
  summary: "deletes a replica's pod with its grace (SIGTERM, later SIGKILL); its ReplicaSet makes another",
  needs: ["signals"],
  effect: "end",
  async inject(cluster, { target }, _id, signal) {
    const targets = pick(cluster, target);
    await Promise.all(targets.map((replica) => cluster.evict(replica, signal)));
    return {
      targets,
      proof: async () => proveGone(cluster, targets),
      heal: async () => {}, // the ReplicaSet heals it
    };
  },
});
