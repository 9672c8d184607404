import type { Cluster, Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { millis } from "../core/time.ts";
import { unable } from "./ability.ts";
import { nodeOf } from "./node.ts";
import { pick } from "./pick.ts";
import { namesOf, proveGone, STARTS_WITHIN } from "./presence.ts";

/** How often it is looked whether the evicted have come up elsewhere, in ms. */
const LOOK_EVERY = millis(10);

/** The node of a replica is emptied, as before its maintenance: everybody on it is evicted, and comes up elsewhere. */
export const drain = defineFault<{ readonly target: Target }>({
  name: "drain",
  summary: "drains a replica's node: no new pod comes to it, its pods are evicted; uncordoned when it is healed",
  needs: ["nodes"],
  effect: "end",
  async inject(cluster, { target }, _id, signal) {
    const node = nodeOf(pick(cluster, target)[0]!);
    const before = cluster.replicas().filter((replica) => replica.phase !== "terminating");
    const targets = before.filter((replica) => replica.node === node);
    const uncordon = await (cluster.drain?.(node, signal) ?? unable("nodes"));
    return {
      targets,
      async proof(proofSignal) {
        proveGone(cluster, targets);
        while (!standElsewhere(cluster, node, before.length)) await cluster.time.sleep(LOOK_EVERY, proofSignal);
        return `${namesOf(targets)} is gone from ${node}, and ${before.length} run elsewhere`;
      },
      provesWithin: STARTS_WITHIN,
      heal: uncordon,
    };
  },
});

function standElsewhere(cluster: Cluster, node: string, count: number): boolean {
  const living = cluster.replicas().filter((replica) => replica.phase !== "gone");
  return living.every((replica) => replica.node !== node && replica.phase === "running") && living.length >= count;
}
