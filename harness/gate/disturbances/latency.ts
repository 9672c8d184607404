import type { Disturbance } from "../../core/disturbance.ts";
import { matches } from "../plan.ts";
import type { CallEffect } from "./effect.ts";

/** Holds calls before they are forwarded, and after their commit before the reply; lifting it lets the held ones go. */
export function latency(disturbance: Disturbance & { kind: "latency" }, fault: string): CallEffect {
  const over = new AbortController();
  return {
    on: "calls",
    shape(plan, route) {
      if (!matches(disturbance.match, route)) return false;
      plan.waits.push({ before: disturbance.before, after: disturbance.after, lifted: over.signal });
      plan.fault ??= fault;
      return true;
    },
    release: () => over.abort(),
  };
}
