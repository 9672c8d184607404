import { faultsOn } from "./contract.ts";
import type { FaultEffect } from "./events.ts";
import { indexIntervals } from "./intervals.ts";
import { awakeFor } from "./stalls.ts";
import { silentUntil } from "./transit.ts";
import { lockTroubles, troublesOf } from "./trouble.ts";
import { type Life, perView, type View } from "./view.ts";

/** Effects under which a replica cannot contend, or not within an undisturbed elector's bounds. */
export const hampering: ReadonlySet<FaultEffect> = new Set(["pause", "cut", "delay", "clock", "stamps", "api"]);

/** The incarnation's first call at its gate; without any gate in the history, its start. */
export const firstCallOf = (view: View, life: Life): number => {
  if (view.calls.length === 0) return life.started;
  return firstCalls(view).get(life.key) ?? Infinity;
};

const firstCalls = perView((view): ReadonlyMap<string, number> => {
  const first = new Map<string, number>();
  for (const { invoke } of view.calls) {
    const key = `${invoke.replica}#${invoke.incarnation}`;
    if (!first.has(key)) first.set(key, invoke.at);
  }
  return first;
});

export const livesByKey = perView(
  (view): ReadonlyMap<string, Life> => new Map(view.lives.map((life) => [life.key, life])),
);

/** When a life stopped contending: SIGTERM, or its end. */
export const retiredAt = (life: Life): number => Math.min(life.terminating ?? Infinity, life.exited?.since ?? Infinity);

export const livesWithin = perView((view) =>
  indexIntervals(view.lives, (life) => ({ from: life.started, to: Math.min(retiredAt(life), view.end) })),
);

/**
 * From when neither a fault nor an API in trouble of its own hampers a life for `need` ms and what it stalled meanwhile,
 * not before `time` nor its first call; Infinity when never.
 */
export function undisturbedFrom(view: View, life: Life, time: number, need: number): number {
  let ready = Math.max(time, firstCallOf(view, life));
  if (view.faults.length === 0 && !troublesOf(view).has(life.replica)) return ready;
  for (let found = true; found && ready < Infinity;) {
    found = false;
    const until = awakeFor(view, life.key, ready, need);
    for (const { end } of lockTroubles(view, life.replica, ready, until)) {
      const over = end?.at ?? Infinity;
      found ||= over > ready;
      ready = Math.max(ready, over);
    }
    for (const fault of faultsOn(view, life.replica, ready, until)) {
      if (!hampering.has(fault.effect) || (fault.healed ?? Infinity) <= ready) continue;
      ready = fault.healed ?? Infinity;
      found = true;
    }
    const silent = silentUntil(view, life.replica, ready);
    if (silent > ready) {
      ready = silent;
      found = true;
    }
  }
  return ready;
}

/** From when a life can contend undisturbed for `need` ms, and lives on until it was awake for as long; Infinity when it never can. */
export function readyAt(view: View, life: Life, time: number, need: number): number {
  const ready = undisturbedFrom(view, life, time, need);
  return retiredAt(life) < awakeFor(view, life.key, ready, need) ? Infinity : ready;
}
