import type { Simulated } from "../../harness/simulation/simulate.ts";
import type { SimulationPlan } from "../../harness/simulation/plan.ts";
import { trueOverlaps, type TrueOverlap } from "../../harness/simulation/truth.ts";
import { timing } from "./simulation-plans.ts";

/** A look every 4 ms on either side of a statement, and ε. */
const LOOKS = 10;

/**
 * The true overlaps that an observer must have seen: longer than its lag, its looks and its stalls on both sides, no
 * gap in the channel of either, and no stall long enough to break the contract. For plans without hazardous faults.
 */
export function certainOverlaps(plan: SimulationPlan, { truth, history }: Simulated): TrueOverlap[] {
  const { stalls, lag } = plan.observer;
  const margin = timing.leaseDuration - timing.renewDeadline - timing.retryPeriod;
  const felt = timing.leaseDuration + timing.renewDeadline + timing.retryPeriod;
  return trueOverlaps(truth).filter(({ first, second, from, to }) => {
    const near = stalls.filter((stall) => stall.to > from - felt && stall.from < to + lag);
    const stalled = near.reduce((sum, stall) => sum + stall.to - stall.from, 0);
    const late = plan.latency.max * 4 + LOOKS;
    const gap = history.events.some(
      (event) =>
        event.type === "gap" &&
        (event.replica === first.replica || event.replica === second.replica) &&
        event.since < to + lag + stalled + LOOKS,
    );
    return !gap && stalled + late < margin && to - from > 2 * (lag + LOOKS) + 2 * stalled;
  });
}
