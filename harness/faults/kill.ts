import type { Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { pick } from "./pick.ts";
import { proveGone } from "./presence.ts";

/** Ends a replica without a word: a lost node, the out-of-memory killer. */
export const kill = defineFault<{ readonly target: Target }>({
  name: "kill",
  summary: "deletes a replica's pod with no grace (SIGKILL); its ReplicaSet makes another",
  needs: ["signals"],
  effect: "end",
  async inject(cluster, { target }, _id, signal) {
    const targets = pick(cluster, target);
    await Promise.all(targets.map((replica) => cluster.kill(replica, signal)));
    return {
      targets,
      proof: async () => proveGone(cluster, targets),
      heal: async () => {}, // the ReplicaSet heals it
    };
  },
});
