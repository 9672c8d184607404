import type { ActiveDisturbance, Disturbance } from "../core/disturbance.ts";
import { isHeld, type Connection } from "./connection.ts";
import type { ObjectChange } from "../wire/frames.ts";
import type { KubeLike } from "../wire/schema.ts";
import { blackhole } from "./disturbances/blackhole.ts";
import type { CallEffect, Effect, PathEffect, WatchEffect } from "./disturbances/effect.ts";
import { hold } from "./disturbances/hold.ts";
import { latency } from "./disturbances/latency.ts";
import { loseReply } from "./disturbances/lose-reply.ts";
import { refuse } from "./disturbances/refuse.ts";
import { skew } from "./disturbances/skew.ts";
import { stale } from "./disturbances/stale.ts";
import { status } from "./disturbances/status.ts";
import { countHits, type Hits } from "./hits.ts";
import { matches, type Facts, type Plan } from "./plan.ts";
import type { Route } from "./route.ts";

function effectOf(disturbance: Disturbance, fault: string): Effect {
  switch (disturbance.kind) {
    case "blackhole":
      return blackhole(disturbance, fault);
    case "refuse":
      return refuse(fault);
    case "latency":
      return latency(disturbance, fault);
    case "status":
      return status(disturbance, fault);
    case "hold":
      return hold(disturbance, fault);
    case "stale":
      return stale(disturbance, fault);
    case "skew":
      return skew(disturbance, fault);
    case "watches":
      return { on: "watches", act: disturbance.act, match: disturbance.match, fault };
    case "lose-reply":
      return loseReply(disturbance, fault);
    default:
      throw disturbance satisfies never;
  }
}

/** A watch under way, as a disturbance takes hold of it. */
export type LiveWatch = {
  readonly route: Route;
  freeze(fault: string): void;
  thaw(): void;
  drop(fault: string): void;
};

/** The disturbances in force at one gate. */
export type Disturbances = {
  add(disturbance: Disturbance, fault: string): ActiveDisturbance;
  /** Whether a new connection may be served; where not, it has been dealt with. */
  admit(connection: Connection): boolean;
  /** What is to be done to a call that has just arrived; undefined where nothing is. */
  plan(route: Route, facts: Facts): Plan | undefined;
  /** What is to be done to a watch that has just been answered. */
  watch(watch: LiveWatch, counted: boolean): void;
  /** What is to be done now to the objects that a watch shows; undefined where nothing is. */
  show(route: Route, counted: boolean): ObjectChange | undefined;
};

function touch(effect: PathEffect, hits: Hits, connection: Connection): void {
  effect.touch(connection, () => hits.add());
  if (effect.admits !== true) hits.add();
}

export function disturbancesOn(
  live: ReadonlySet<Connection>,
  watches: () => readonly (LiveWatch & { readonly counted: boolean })[],
): Disturbances {
  const paths = new Map<PathEffect, Hits>();
  const calls = new Map<CallEffect, Hits>();
  const streams = new Map<WatchEffect, Hits>();
  const act = (effect: WatchEffect, hits: Hits, watch: LiveWatch, counted: boolean): void => {
    if (!matches(effect.match, watch.route)) return;
    if (counted) hits.add();
    if (effect.act === "freeze") watch.freeze(effect.fault);
    else watch.drop(effect.fault);
  };
  const thaw = (watch: LiveWatch): void => {
    const frozen = [...streams.keys()].some((one) => one.act === "freeze" && matches(one.match, watch.route));
    if (!frozen) watch.thaw();
  };
  const silent = (): [PathEffect, Hits] | undefined => [...paths].find(([effect]) => effect.silent);

  return {
    add(disturbance, fault) {
      const effect = effectOf(disturbance, fault);
      const hits = countHits();
      if (effect.on === "calls") calls.set(effect, hits);
      else if (effect.on === "watches") {
        streams.set(effect, hits);
        for (const watch of watches()) act(effect, hits, watch, watch.counted);
      } else {
        paths.set(effect, hits);
        for (const connection of live) {
          if (connection.frozen !== undefined) continue; // already cut off: nothing more passes there
          touch(effect, hits, connection);
        }
      }
      return {
        hits: () => hits.count(),
        hit: (signal) => hits.first(signal),
        lift() {
          if (effect.on === "calls") {
            if (calls.delete(effect)) effect.release();
          } else if (effect.on === "watches") {
            if (streams.delete(effect)) for (const watch of watches()) thaw(watch);
          } else if (paths.delete(effect) && effect.silent && silent() === undefined) {
            for (const connection of live) if (isHeld(connection)) effect.release(connection);
          }
        },
      };
    },

    admit(connection) {
      if (paths.size === 0) return true;
      const all = [...paths];
      const silences = all.filter(([effect]) => effect.silent);
      const inForce = silences.length > 0 ? silences : all.slice(0, 1);
      for (const [effect, hits] of inForce) touch(effect, hits, connection);
      return inForce.every(([effect]) => effect.admits === true);
    },

    plan(route, facts) {
      if (calls.size === 0) return undefined;
      const plan: Plan = { waits: [] };
      for (const [effect, hits] of calls) {
        const touched = effect.shape(plan, route, facts, () => hits.add());
        if (touched && facts.counted) hits.add();
      }
      const idle =
        plan.fault === undefined && plan.waits.length === 0 && plan.request === undefined && plan.reply === undefined;
      return idle ? undefined : plan;
    },

    watch(watch, counted) {
      for (const [effect, hits] of streams) act(effect, hits, watch, counted);
    },

    show(route, counted) {
      if (calls.size === 0) return undefined;
      const changes = [...calls].flatMap(([effect, hits]) => effect.show?.(route, () => counted && hits.add()) ?? []);
      if (changes.length === 0) return undefined;
      return (object) => changes.reduce<KubeLike | undefined>((now, change) => change(now ?? object) ?? now, undefined);
    },
  };
}
