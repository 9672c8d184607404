import type { Replica, Target } from "../core/cluster.ts";
import { incarnationKey } from "../core/events.ts";
import { defineFault } from "../core/fault.ts";
import { unable } from "./ability.ts";
import { pick } from "./pick.ts";
import { isPresent, namesOf, proveGone } from "./presence.ts";

/** A crash: the process ends without a word, and its pod, of the same name and identity, starts another. */
export const restart = defineFault<{ readonly target: Target }>({
  name: "restart",
  summary: "kills a replica's process (SIGKILL); the same pod, with the same identity, starts another",
  needs: ["restart"],
  effect: "end",
  async inject(cluster, { target }, _id, signal) {
    const targets = pick(cluster, target);
    const anew = await Promise.all(
      targets.map((replica): Promise<Replica> => cluster.restart?.(replica, signal) ?? unable("restart")),
    );
    return {
      targets,
      async proof() {
        proveGone(cluster, targets);
        const same = anew.every((replica, index) => replica.replica === targets[index]!.replica);
        if (!same || !anew.every((replica) => isPresent(cluster, replica)))
          throw new Error(`${namesOf(targets)} did not come back under its name`);
        return `${namesOf(targets)} is gone, and its pod runs ${anew.map(incarnationKey).join(", ")}`;
      },
      heal: async () => {}, // its pod healed it
    };
  },
});
