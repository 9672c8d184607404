import type { Disturbance } from "../../core/disturbance.ts";
import { isWrite } from "../route.ts";
import { matches } from "../plan.ts";
import { shiftStamps } from "../stamps.ts";
import type { CallEffect } from "./effect.ts";

/** What the replica writes bears stamps of its wrong clock, and what it reads bears the true ones as that clock sees them. */
export function skew(disturbance: Disturbance & { kind: "skew" }, fault: string): CallEffect {
  const shift = shiftStamps(disturbance.by);
  return {
    on: "calls",
    shape(plan, route, { counted }, hit) {
      if (route.verb === "watch" || !matches(disturbance.match, route)) return false;
      const touched = (): void => {
        plan.fault ??= fault;
        if (counted) hit();
      };
      if (isWrite(route)) {
        const before = plan.request;
        plan.request = (contentType, body) => {
          const own = before?.(contentType, body) ?? body;
          const shifted = shift.out(contentType, own);
          if (shifted === undefined) return own;
          touched();
          return shifted;
        };
      }
      const then = plan.reply;
      plan.reply = (fresh) => {
        const now = then?.(fresh) ?? fresh;
        if (now.headers["content-encoding"] !== undefined) return now;
        const body = shift.in(now.headers["content-type"], now.body);
        if (body === undefined) return now;
        if (!isWrite(route)) touched();
        return { ...now, headers: { ...now.headers, "content-length": String(body.length) }, body };
      };
      return false;
    },
    show(route, hit) {
      if (!matches(disturbance.match, route)) return undefined;
      return (object) => {
        const shifted = shift.shown(object);
        if (shifted !== undefined) hit();
        return shifted;
      };
    },
    release: () => {},
  };
}
