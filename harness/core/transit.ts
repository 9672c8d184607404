import type { ActEvent } from "./events.ts";
import { incarnationKey } from "./events.ts";
import { firstIndex } from "./intervals.ts";
import { type Millis, millis } from "./time.ts";
import { type Call, type FaultWindow, perView, type View } from "./view.ts";

/** The first wait of TCP for what was not acknowledged, in ms (RFC 6298, the bound where nothing was measured). */
const FIRST_WAIT = 1000;

/**
 * Until when what a network fault held back may still come: TCP doubles its waits, so what waited as long as the fault
 * held is sent again within as long after it.
 */
const over = ({ injected, healed }: FaultWindow): number =>
  healed === undefined ? Infinity : healed + Math.max(FIRST_WAIT, healed - injected);

/** The network faults of each replica. */
const faultsByReplica = perView((view): ReadonlyMap<string, readonly FaultWindow[]> => {
  const faults = view.faults.filter(({ network }) => network);
  const replicas = new Set(faults.flatMap(({ targets }) => targets));
  return new Map([...replicas].map((replica) => [replica, faults.filter(({ targets }) => targets.includes(replica))]));
});

const callsByAuthor = perView((view) => Map.groupBy(view.calls, ({ invoke }) => incarnationKey(invoke)));

/**
 * When the answer of a call had come to its author at the latest: at once, but for a fault of the network between, which
 * no gate sees; then by its next call of the same object, or when nothing of it can be on its way any more.
 */
export function arrivedBy(view: View, { invoke, end }: Call): Millis {
  const { at } = end!;
  const held = (faultsByReplica(view).get(invoke.replica) ?? []).filter(
    (fault) => fault.injected <= at && at <= over(fault),
  );
  if (held.length === 0) return at;
  const calls = callsByAuthor(view).get(incarnationKey(invoke)) ?? [];
  const same = (call: Call): boolean =>
    call.invoke.resource === invoke.resource && call.invoke.object === invoke.object;
  let next = firstIndex(calls.length, (index) => calls[index]!.invoke.at > at);
  while (next < calls.length && !same(calls[next]!)) next += 1;
  return millis(Math.min(calls[next]?.invoke.at ?? view.end, view.end, Math.max(...held.map(over))));
}

/** Since when an act that came now can have been on its way, by the network faults of a history. */
export function sentSince(faults: readonly FaultWindow[], { replica, since, at }: ActEvent): Millis {
  const held = faults.filter(
    (fault) => fault.network && fault.targets.includes(replica) && fault.injected <= at && at <= over(fault),
  );
  return millis(Math.min(since, ...held.map(({ injected }) => injected)));
}

/** Whether an act may have been held back by a network fault. */
export const mayBeLate = (view: View, act: ActEvent): boolean =>
  (faultsByReplica(view).get(act.replica) ?? []).some((fault) => fault.injected <= act.at && act.at <= over(fault));

/** Until when a network fault, or what it held back, may keep a replica's connections silent; `time` where none does. */
export const silentUntil = (view: View, replica: string, time: number): number =>
  (faultsByReplica(view).get(replica) ?? [])
    .filter((fault) => fault.injected <= time && time < over(fault))
    .reduce((until, fault) => Math.max(until, over(fault)), time);
