import {
  incarnationKey,
  type HistoryEvent,
  type InvokeEvent,
  type Recorder,
  type ReturnEvent,
} from "../core/events.ts";

/**
 * Passes everything on, and records each committed call of those that are an elector's guarded work ("create
 * pods/binding") as an act of the replica whose gate it came through. Its bounds reach from the request's arrival at
 * the gate, by which it was issued, to the API's success: however long it was under way there, that is flight.
 */
export function auditActs(inner: Recorder, acts: readonly string[]): Recorder {
  if (acts.length === 0) return inner;
  const wanted = new Set(acts);
  const open = new Map<string, InvokeEvent>();
  const keyOf = (event: InvokeEvent | ReturnEvent): string => `${incarnationKey(event)} ${event.call}`;

  const returned = (event: ReturnEvent): void => {
    const invoke = open.get(keyOf(event));
    if (invoke === undefined) return;
    open.delete(keyOf(event));
    if (event.committed === undefined) return;
    const { at: since, replica, incarnation } = invoke;
    const what = `${invoke.verb} ${invoke.resource}${invoke.object === "" ? "" : ` ${invoke.object}`}`;
    inner.record({ type: "act", since, at: event.committed.at, replica, incarnation, accepted: true, what });
  };
  const learn = (event: HistoryEvent): void => {
    switch (event.type) {
      case "invoke":
        if (wanted.has(`${event.verb} ${event.resource}`)) open.set(keyOf(event), event);
        return;
      case "ok":
      case "fail":
      case "info":
        return returned(event);
    }
  };
  return {
    now: () => inner.now(),
    since: () => inner.since(),
    record(event) {
      inner.record(event);
      learn(event);
    },
  };
}
