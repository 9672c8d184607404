import type { ActiveDisturbance, Disturbance } from "../core/disturbance.ts";
import type { Connection } from "./connection.ts";
import { blackhole } from "./disturbances/blackhole.ts";
import type { CallEffect, Effect, PathEffect } from "./disturbances/effect.ts";
import { latency } from "./disturbances/latency.ts";
import { loseReply } from "./disturbances/lose-reply.ts";
import { refuse } from "./disturbances/refuse.ts";
import { status } from "./disturbances/status.ts";
import { countHits, type Hits } from "./hits.ts";
import type { Plan } from "./plan.ts";
import type { Route } from "./route.ts";

function effectOf(disturbance: Disturbance, fault: string): Effect {
  switch (disturbance.kind) {
    case "blackhole":
      return blackhole(fault);
    case "refuse":
      return refuse(fault);
    case "latency":
      return latency(disturbance, fault);
    case "status":
      return status(disturbance, fault);
    case "lose-reply":
      return loseReply(disturbance, fault);
    default:
      throw disturbance satisfies never;
  }
}

/** The disturbances in force at one gate. */
export type Disturbances = {
  add(disturbance: Disturbance, fault: string): ActiveDisturbance;
  /** Whether a new connection may be served; where not, it has been dealt with. */
  admit(connection: Connection): boolean;
  /** What is to be done to a call that has just arrived; undefined where nothing is. */
  plan(route: Route, counted: boolean): Plan | undefined;
};

export function disturbancesOn(live: ReadonlySet<Connection>): Disturbances {
  const paths = new Map<PathEffect, Hits>();
  const calls = new Map<CallEffect, Hits>();
  const silent = (): [PathEffect, Hits] | undefined => [...paths].find(([effect]) => effect.silent);

  return {
    add(disturbance, fault) {
      const effect = effectOf(disturbance, fault);
      const hits = countHits();
      if (effect.on === "calls") calls.set(effect, hits);
      else {
        paths.set(effect, hits);
        for (const connection of live) {
          if (connection.frozen !== undefined) continue; // already cut off: nothing more passes there
          effect.touch(connection);
          hits.add();
        }
      }
      return {
        hits: () => hits.count(),
        hit: (signal) => hits.first(signal),
        lift() {
          if (effect.on === "calls") {
            if (calls.delete(effect)) effect.release();
          } else if (paths.delete(effect) && effect.silent && silent() === undefined) {
            for (const connection of live) if (connection.frozen !== undefined) effect.release(connection);
          }
        },
      };
    },

    admit(connection) {
      if (paths.size === 0) return true;
      const [effect, hits] = silent() ?? [...paths][0]!;
      effect.touch(connection);
      hits.add();
      return false;
    },

    plan(route, counted) {
      if (calls.size === 0) return undefined;
      const plan: Plan = { waits: [] };
      for (const [effect, hits] of calls) if (effect.shape(plan, route, counted) && counted) hits.add();
      return plan.fault === undefined ? undefined : plan;
    },
  };
}
