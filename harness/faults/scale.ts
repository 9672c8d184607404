import type { Cluster } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { millis } from "../core/time.ts";
import { unable } from "./ability.ts";
import { STARTS_WITHIN } from "./presence.ts";

/** How often the number of replicas is looked at, in ms. */
const LOOK_EVERY = millis(10);

/** Asks for more or fewer replicas, and for as many as before when it is healed. */
export const scale = defineFault<{ readonly to: number } | { readonly by: number }>({
  name: "scale",
  summary: "asks for another number of replicas (to), or for more or fewer (by), and for the old number again",
  needs: ["scale"],
  effect: "end",
  async inject(cluster, parameters) {
    const there = new Map(cluster.replicas().map((replica) => [replica.replica, replica]));
    const staying = [...there.values()].filter(({ phase }) => phase === "starting" || phase === "running").length;
    const to = "to" in parameters ? parameters.to : Math.max(0, staying + parameters.by);
    const before = await (cluster.scale?.(to) ?? unable("scale"));
    return {
      // Those that are about to go are not known yet; they are told by their SIGTERM.
      targets: to < before ? [...there.values()] : [],
      async proof(signal) {
        if (before === to) throw new Error(`there were ${to} replicas before`);
        while (!stands(cluster, to)) await cluster.time.sleep(LOOK_EVERY, signal);
        return `${before} replicas were asked for, and now ${to} run`;
      },
      provesWithin: STARTS_WITHIN,
      heal: async () => void (await (cluster.scale?.(before) ?? unable("scale"))),
    };
  },
});

/** So many run, and no other process is left. */
function stands(cluster: Cluster, count: number): boolean {
  const living = cluster.replicas().filter((replica) => replica.phase !== "gone");
  return living.length === count && living.every((replica) => replica.phase === "running");
}
