import { faultsOn } from "./contract.ts";
import { lengthOf, union } from "./intervals.ts";
import type { View } from "./view.ts";

/** Milliseconds for which faults froze a replica within [from, to]. */
export const pausedFor = (view: View, replica: string, from: number, to: number): number =>
  union(
    faultsOn(view, replica, from, to)
      .filter(({ effect }) => effect === "pause")
      .map((fault) => ({ from: Math.max(from, fault.injected), to: Math.min(to, fault.healed ?? view.end) })),
  ).reduce((sum, pause) => sum + lengthOf(pause), 0);
