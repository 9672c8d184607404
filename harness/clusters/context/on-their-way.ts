import type { HistoryEvent, Recorder } from "../../core/events.ts";
import { millis } from "../../core/time.ts";

/** How long something was on its way between a replica and its gate or the witness, in ms. */
export type Delays = {
  /** What came of it within [since, at]. */
  late(replica: string, since: number, at: number): number;
  /** What went to it, and what came of that, about `at`. */
  trip(replica: string, at: number): number;
};

/**
 * A recorder that knows of the way. An act is so much older than its arrival. And a replica hears of its renewal so much
 * after its gate let the answer go, by which it is judged: so much of a disclaimer's lateness is not its own.
 */
export function onTheirWay(inner: Recorder, { late, trip }: Delays): Recorder {
  const older = (event: Extract<HistoryEvent, { type: "act" | "claim" | "disclaim" }>, ms: number): void =>
    inner.record({ ...event, since: millis(Math.max(0, (event.since ?? event.at) - ms)) });
  return {
    now: () => inner.now(),
    since: () => inner.since(),
    record(event) {
      if (event.type === "act") older(event, late(event.replica, event.since ?? event.at, event.at));
      else if (event.type === "disclaim") older(event, trip(event.replica, event.at));
      else inner.record(event);
    },
  };
}
