import type { Disturbance } from "../../core/disturbance.ts";
import { matches } from "../plan.ts";
import { budget, type CallEffect } from "./effect.ts";

/** Answers calls itself with an error of the API, without forwarding them. */
export function status(disturbance: Disturbance & { kind: "status" }, fault: string): CallEffect {
  const take = budget(disturbance.times);
  return {
    on: "calls",
    shape(plan, route, { counted }) {
      // One answer a call; and a reply that is to be lost must first be made by the API.
      if (plan.answer !== undefined || plan.lose || !matches(disturbance.match, route) || !take(counted)) return false;
      plan.answer = { status: disturbance.status, retryAfterSeconds: disturbance.retryAfterSeconds };
      plan.fault = fault;
      return true;
    },
    release: () => {},
  };
}
