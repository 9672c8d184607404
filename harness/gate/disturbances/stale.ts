import type { Disturbance } from "../../core/disturbance.ts";
import { matches, type Whole } from "../plan.ts";
import type { CallEffect } from "./effect.ts";

/** Two answers are alike when they are of one call, in one representation. */
const representation = ({ headers }: Whole): string => `${headers["content-type"]} ${headers["content-encoding"]}`;

/**
 * Reads see what the first of them saw, as a cache behind the API's shows it that was never refreshed. Each is asked of
 * the API all the same: only an answer that has become another is replaced, and counts.
 */
export function stale(disturbance: Disturbance & { kind: "stale" }, fault: string): CallEffect {
  const first = new Map<string, Whole>();
  return {
    on: "calls",
    shape(plan, route, { counted }, hit) {
      if ((route.verb !== "get" && route.verb !== "list") || !matches(disturbance.match, route)) return false;
      const then = plan.reply;
      plan.reply = (fresh) => {
        const now = then?.(fresh) ?? fresh;
        const key = `${route.verb} ${route.resource} ${route.namespace}/${route.object} ${representation(now)}`;
        const old = first.get(key);
        if (old === undefined) {
          if (now.status < 300) first.set(key, now);
          return now;
        }
        if (old.body.equals(now.body)) return now;
        plan.fault ??= fault;
        if (counted) hit();
        return old;
      };
      return false;
    },
    release: () => {},
  };
}
