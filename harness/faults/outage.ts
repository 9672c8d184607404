import type { Cluster, Stopped } from "../core/cluster.ts";
import { incarnationKey } from "../core/events.ts";
import type { Injected } from "../core/fault.ts";
import { millis } from "../core/time.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";
import { expectAnswer, expectSilence, reachAgain } from "./reach.ts";

/** A real API server takes two seconds to start, and thirty (ms 60,000 at most) on a crowded machine. */
const HEALS_WITHIN = millis(60_000);

/** The API is gone for everybody: it has landed when nobody gets an answer, and is over when everybody does. */
export async function injectOutage(
  cluster: Cluster,
  stop: () => Promise<Stopped>,
  signal: AbortSignal,
): Promise<Injected> {
  const targets = [...pick(cluster, "all")];
  await Promise.all(targets.map((replica) => expectAnswer(cluster, replica, signal)));
  const stopped = await stop();
  return {
    targets,
    healsWithin: HEALS_WITHIN,
    async proof(proofSignal) {
      await Promise.all(targets.map((replica) => expectSilence(cluster, replica, proofSignal)));
      return `${stopped.words}; ${namesOf(targets)} reached the API before, and nobody answers now`;
    },
    async heal(healSignal) {
      const known = new Set(targets.map(incarnationKey));
      targets.push(...cluster.replicas().filter((replica) => !known.has(incarnationKey(replica))));
      await stopped.start(healSignal);
      await Promise.all(targets.map((replica) => reachAgain(cluster, replica, healSignal)));
    },
  };
}
