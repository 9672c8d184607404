import type { Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { millis } from "../core/time.ts";
import { unable } from "./ability.ts";
import { nodeOf } from "./node.ts";
import { pick } from "./pick.ts";
import { namesOf, proveGone } from "./presence.ts";

/** A node starts, its kubelet says so, and starts its pods again: a minute on a busy machine, and three at most (ms). */
const HEALS_WITHIN = millis(180_000);

/** A node is gone without a word, and all that ran on it; when it is back, its pods start again under their names. */
export const nodeStop = defineFault<{ readonly target: Target }>({
  name: "node-stop",
  summary: "takes the power of a replica's node: every process on it ends at once; started again when it is healed",
  needs: ["machines"],
  effect: "end",
  async inject(cluster, { target }, _id, signal) {
    const node = nodeOf(pick(cluster, target)[0]!);
    const targets = cluster.replicas().filter((replica) => replica.node === node);
    const stopped = await (cluster.stopNode?.(node, signal) ?? unable("machines"));
    return {
      targets,
      healsWithin: HEALS_WITHIN,
      async proof() {
        proveGone(cluster, targets);
        return `${stopped.words}; ${namesOf(targets)} is gone with it`;
      },
      heal: (healSignal) => stopped.start(healSignal),
    };
  },
});
