import type { Disturbance } from "../../core/disturbance.ts";
import { millis } from "../../core/time.ts";
import { isWrite } from "../route.ts";
import { matches, type Facts } from "../plan.ts";
import type { CallEffect } from "./effect.ts";

/** The longest that a timer of Node's can be set to, in ms: until it is lifted. */
const FOREVER = millis(2 ** 31 - 1);
const AT_ONCE = millis(0);

function fits({ such }: Disturbance & { kind: "hold" }, { afterRead, record }: Facts): boolean {
  switch (such) {
    case undefined:
      return true;
    case "after-read":
      return afterRead;
    case "release":
      return record !== undefined && !record.holder;
    default:
      throw such satisfies never;
  }
}

/** Keeps one call at the gate, the first that fits, so that something can be done to its replica at that very moment. */
export function hold(disturbance: Disturbance & { kind: "hold" }, fault: string): CallEffect {
  const lifted = new AbortController();
  let held = false;
  return {
    on: "calls",
    shape(plan, route, facts, hit) {
      if (held || !facts.counted || !matches(disturbance.match, route) || !fits(disturbance, facts)) return false;
      if (disturbance.at === "request") {
        held = true;
        plan.waits.push({ before: FOREVER, after: AT_ONCE, lifted: lifted.signal });
        plan.fault ??= fault;
        return true;
      }
      const begins = (status: number): boolean => {
        if (held || lifted.signal.aborted || status >= 300 || !isWrite(route)) return false;
        held = true;
        plan.fault ??= fault;
        hit();
        return true;
      };
      plan.waits.push({ before: AT_ONCE, after: FOREVER, lifted: lifted.signal, begins });
      return false;
    },
    release: () => lifted.abort(),
  };
}
