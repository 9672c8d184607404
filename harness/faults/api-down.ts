import { defineFault } from "../core/fault.ts";
import { incarnationKey } from "../core/events.ts";
import { unable } from "./ability.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";
import { expectAnswer, expectSilence, reachAgain } from "./reach.ts";

/** The API server goes away, its watches with it, and comes back with what it had kept. */
export const apiDown = defineFault<Readonly<Record<string, never>>>({
  name: "api-down",
  summary: "stops the API server and cuts its connections; it comes back with the same objects",
  needs: ["api"],
  effect: "cut",
  async inject(cluster, _none, _id, signal) {
    const targets = [...pick(cluster, "all")];
    await Promise.all(targets.map((replica) => expectAnswer(cluster, replica, signal)));
    const start = await (cluster.stopApi?.() ?? unable("api"));
    return {
      targets,
      async proof(proofSignal) {
        await Promise.all(targets.map((replica) => expectSilence(cluster, replica, proofSignal)));
        return `${namesOf(targets)} reached the API before, and nobody is there now`;
      },
      async heal(healSignal) {
        const known = new Set(targets.map(incarnationKey));
        targets.push(...cluster.replicas().filter((replica) => !known.has(incarnationKey(replica))));
        await start(healSignal);
        await Promise.all(targets.map((replica) => reachAgain(cluster, replica, healSignal)));
      },
    };
  },
});
