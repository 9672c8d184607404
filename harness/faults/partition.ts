import type { Replica, Target } from "../core/cluster.ts";
import type { Disturbance } from "../core/disturbance.ts";
import { assert } from "../core/errors.ts";
import { defineFault } from "../core/fault.ts";
import { disturbAll, type Disturbed } from "./disturb.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";
import { expectAnswer, expectSilence, reachAgain } from "./reach.ts";

export type PartitionParameters = {
  readonly target: Target;
  /** blackhole (default): packets vanish. refuse: connections are reset. */
  readonly how?: "blackhole" | "refuse";
  /** Loses only one direction, in silence: what the replica sends (requests), or what it would be sent (replies). */
  readonly direction?: "requests" | "replies";
};

/** Cuts a replica off from the API, live connections included. */
export const partition = defineFault<PartitionParameters>({
  name: "partition",
  summary: "cuts a replica off from the API: silence (how: blackhole), resets (how: refuse), or in one direction",
  needs: ["gate"],
  effect: "cut",
  async inject(cluster, { target, how = "blackhole", direction }, id, signal) {
    assert(direction === undefined || how === "blackhole", "resets go both ways");
    const silence: Disturbance = direction === undefined ? { kind: how } : { kind: "blackhole", direction };
    const targets = pick(cluster, target);
    await forEach(targets, (replica) => expectAnswer(cluster, replica, signal));
    const disturbances = disturbAll(cluster, targets, silence, id);
    return {
      targets,
      async proof(proofSignal) {
        await forEach(targets, (replica) => expectSilence(cluster, replica, proofSignal));
        if (direction === "replies") return proveSwallowed(disturbances.active, proofSignal);
        const untouched = disturbances.active.filter(({ disturbance }) => disturbance.hits() === 0);
        if (untouched.length > 0) throw new Error(`nothing was cut at ${namesOf(untouched.map((one) => one.replica))}`);
        return `${namesOf(targets)} reached the API before, and reaches it no more`;
      },
      async heal(healSignal) {
        disturbances.lift();
        await forEach(targets, (replica) => reachAgain(cluster, replica, healSignal));
      },
    };
  },
});

/** Requests still pass: each target had a call that was served, and whose answer never reached it. */
async function proveSwallowed(active: readonly Disturbed[], signal: AbortSignal): Promise<string> {
  await Promise.all(active.map(({ disturbance }) => disturbance.hit(signal)));
  return `calls of ${namesOf(active.map((one) => one.replica))} were served, and the answers did not pass`;
}

const forEach = async (replicas: readonly Replica[], act: (replica: Replica) => Promise<void>): Promise<void> =>
  void (await Promise.all(replicas.map(act)));
