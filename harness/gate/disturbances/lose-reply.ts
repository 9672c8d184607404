import type { Disturbance } from "../../core/disturbance.ts";
import { matches } from "../plan.ts";
import { budget, type CallEffect } from "./effect.ts";

/** Lets calls through and cuts the client off instead of answering: what was written is committed, and nobody told. */
export function loseReply(disturbance: Disturbance & { kind: "lose-reply" }, fault: string): CallEffect {
  const take = budget(disturbance.times);
  return {
    on: "calls",
    shape(plan, route, { counted }) {
      if (plan.answer !== undefined || plan.lose || !matches(disturbance.match, route) || !take(counted)) return false;
      plan.lose = true;
      plan.fault = fault;
      return true;
    },
    release: () => {},
  };
}
