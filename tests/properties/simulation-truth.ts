import { type Interval, lengthOf, union, without } from "../../harness/core/intervals.ts";
import type { Simulated } from "../../harness/simulation/simulate.ts";
import type { SimulationPlan } from "../../harness/simulation/plan.ts";
import { trueOverlaps } from "../../harness/simulation/truth.ts";
import { timing } from "./simulation-plans.ts";

/** A look every 4 ms on either side of a statement, and ε. */
const LOOKS = 10;

/** How long what breaks the contract is felt after its end: a lease that was taken meanwhile, and a belief in an old one. */
const FELT = timing.leaseDuration + timing.renewDeadline + timing.retryPeriod;

/** From the first cause that may break the contract to so long after its end, whomever it was aimed at. */
function hazards({ history }: Simulated, end: number): Interval[] {
  const open = new Map<string, number>();
  const found: Interval[] = [];
  for (const event of history.events) {
    if (event.type === "stall" && event.who !== "harness") found.push({ from: event.since, to: event.at + FELT });
    if (event.type !== "fault" || !["pause", "delay", "clock", "record"].includes(event.effect)) continue;
    if (event.phase === "inject") open.set(event.id, event.at);
    const from = open.get(event.id);
    if (event.phase !== "healed" || from === undefined) continue;
    open.delete(event.id);
    found.push({ from, to: event.at + FELT });
  }
  for (const from of open.values()) found.push({ from, to: end });
  return union(found);
}

/**
 * The stretches of true overlap that an observer must have seen and nothing excuses: longer than its lag, its looks and
 * its stalls on both sides, no gap in the channel of either, no stall long enough to break the contract, and no cause
 * of a hazard near.
 */
export function certainOverlaps(plan: SimulationPlan, simulated: Simulated): Interval[] {
  const { truth, history } = simulated;
  const { stalls, lag } = plan.observer;
  const margin = timing.leaseDuration - timing.renewDeadline - timing.retryPeriod;
  const excused = hazards(simulated, truth.end);
  return trueOverlaps(truth).flatMap(({ first, second, from, to }) => {
    const near = stalls.filter((stall) => stall.to > from - FELT && stall.from < to + lag);
    const stalled = near.reduce((sum, stall) => sum + stall.to - stall.from, 0);
    const late = plan.latency.max * 4 + LOOKS;
    const gap = history.events.some(
      (event) =>
        event.type === "gap" &&
        (event.replica === first.replica || event.replica === second.replica) &&
        event.since < to + lag + stalled + LOOKS,
    );
    if (gap || stalled + late >= margin) return [];
    return without({ from, to }, excused).filter((part) => lengthOf(part) > 2 * (lag + LOOKS) + 2 * stalled);
  });
}
