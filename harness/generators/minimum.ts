import type { Minimum } from "../core/events.ts";
import type { Schedule, ScheduledFault } from "../core/scenario.ts";

/** Faults that end a process: aimed at the leader, they leave nobody but another incarnation to lead after it. */
const ENDS: ReadonlySet<string> = new Set(["kill", "evict", "restart", "drain"]);

const unseats = ({ fault, parameters }: ScheduledFault): boolean =>
  (ENDS.has(fault) && parameters["target"] === "leader") || (fault === "scale" && parameters["to"] === 0);

/** What a trial of this schedule must have seen: every fault landed, and the takeovers that are certain. */
export function minimumOf([, ...steps]: Schedule): Minimum {
  let faults = 0;
  let takeovers = 0;
  for (const step of steps) {
    if (step.kind === "rollout") takeovers += 1;
    if (step.kind !== "inject") continue;
    const by = step.when?.by;
    faults += by === undefined ? 1 : 2;
    // Beside another fault nobody may have led when it came.
    if (step.beside === undefined && (unseats(step) || (by !== undefined && unseats(by)))) takeovers += 1;
  }
  return { terms: 1 + takeovers, takeovers, faults };
}
