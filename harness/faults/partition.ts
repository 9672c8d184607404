import type { Cluster, Replica, Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { disturbAll } from "./disturb.ts";
import { pick } from "./pick.ts";
import { namesOf } from "./presence.ts";
import { expectAnswer, expectSilence } from "./reach.ts";

export type PartitionParameters = {
  readonly target: Target;
  /** blackhole (default): packets vanish. refuse: connections are reset. */
  readonly how?: "blackhole" | "refuse";
};

/** Cuts a replica off from the API, live connections included. */
export const partition = defineFault<PartitionParameters>({
  name: "partition",
  summary: "cuts a replica off from the API: silence (how: blackhole) or resets (how: refuse)",
  needs: ["gate"],
  effect: "cut",
  async inject(cluster, { target, how = "blackhole" }, id, signal) {
    const targets = pick(cluster, target);
    await forEach(targets, (replica) => expectAnswer(cluster, replica, signal));
    const disturbances = disturbAll(cluster, targets, { kind: how }, id);
    return {
      targets,
      async proof(proofSignal) {
        await forEach(targets, (replica) => expectSilence(cluster, replica, proofSignal));
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

const forEach = async (replicas: readonly Replica[], act: (replica: Replica) => Promise<void>): Promise<void> =>
  void (await Promise.all(replicas.map(act)));

/** A replica that is gone took its gate with it. */
async function reachAgain(cluster: Cluster, replica: Replica, signal: AbortSignal): Promise<void> {
  const stillThere = (): boolean => cluster.replicas().some((other) => other.replica === replica.replica);
  if (!stillThere()) return;
  try {
    await expectAnswer(cluster, replica, signal);
  } catch (error) {
    if (stillThere()) throw error;
  }
}
