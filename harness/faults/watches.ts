import type { Cluster, Replica, Target, Watched } from "../core/cluster.ts";
import type { Disturbance } from "../core/disturbance.ts";
import type { Injected } from "../core/fault.ts";
import { millis } from "../core/time.ts";
import { unable } from "./ability.ts";
import { matchOf, type CallParameters } from "./calls.ts";
import { disturbAll } from "./disturb.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";

export type WatchParameters = Pick<CallParameters, "resources"> & { readonly target: Target };

/** A watch of an object that is there shows it within a few ms; so long (ms) it may take on a busy machine. */
const SHOWN_WITHIN = millis(400);
/** So often it is looked, for on a machine that stalls it may take longer. */
const LOOKS = 3;
/** A watch may take so many tries to show it. */
const TRIES = 3;

/**
 * Takes hold of every watch of the targets. Electors need not watch, so the proof is a watch of the harness's own
 * through each target's gate, which showed the lock before and no longer does.
 */
export async function injectIntoWatches(
  cluster: Cluster,
  act: (Disturbance & { kind: "watches" })["act"],
  parameters: WatchParameters,
  id: string,
  signal: AbortSignal,
): Promise<Injected> {
  const targets = pick(cluster, parameters.target);
  const look = async (replica: Replica, within: AbortSignal): Promise<Watched> =>
    cluster.watchLock?.(replica, SHOWN_WITHIN, within) ?? unable("gate");
  const expectOf = async (fits: (seen: Watched) => boolean, otherwise: string, within: AbortSignal): Promise<void> => {
    let wrong = targets;
    for (let tries = 0; tries < LOOKS && wrong.length > 0; tries += 1) {
      const seen = await Promise.all(targets.map((replica) => look(replica, within)));
      wrong = targets.filter((_replica, index) => !fits(seen[index]!));
    }
    if (wrong.length > 0) throw new Error(`${otherwise} at ${namesOf(wrong)}`);
  };
  const shows = ({ events, cut }: Watched): boolean => events > 0 && !cut;
  for (let tries = 1; ; tries += 1) {
    try {
      await expectOf(shows, "a watch showed nothing before", signal);
      break;
    } catch (error) {
      signal.throwIfAborted();
      if (tries === TRIES) throw error;
    }
  }
  const { active, lift } = disturbAll(cluster, targets, { kind: "watches", act, match: matchOf(parameters) }, id);
  const expected = (seen: Watched): boolean => (act === "drop" ? seen.cut : seen.events === 0 && !seen.cut);
  return {
    targets,
    async proof(proofSignal) {
      await expectOf(expected, act === "drop" ? "a watch was not cut" : "a watch still delivered", proofSignal);
      const own = active.reduce((sum, { disturbance }) => sum + disturbance.hits(), 0);
      return `a watch through the gate of ${namesOf(targets)} is ${act === "drop" ? "cut" : "silent"}; watches of their own: ${own}`;
    },
    heal: async () => lift(),
  };
}
