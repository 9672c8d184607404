import type { Recorder } from "../../core/events.ts";
import { millis } from "../../core/time.ts";

/** A recorder that knows that acts were on their way: `delay` ms of the replica's, at most. */
export const withSlowActs = (inner: Recorder, delay: (replica: string, at: number) => number): Recorder => ({
  now: () => inner.now(),
  since: () => inner.since(),
  record(event) {
    if (event.type !== "act") return inner.record(event);
    const since = Math.max(0, (event.since ?? event.at) - delay(event.replica, event.at));
    inner.record({ ...event, since: millis(since) });
  },
});
