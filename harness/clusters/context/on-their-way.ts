import type { Recorder } from "../../core/events.ts";
import { millis } from "../../core/time.ts";

/**
 * A recorder that knows how long what a replica sent, or was sent, may have been on its way (`delay`, in ms). An act is so
 * much older than its arrival. And a replica hears of its renewal so much after its gate let the answer go, by which it is
 * judged: so much of a disclaimer's lateness is not its own.
 */
export const onTheirWay = (inner: Recorder, delay: (replica: string, at: number) => number): Recorder => ({
  now: () => inner.now(),
  since: () => inner.since(),
  record(event) {
    if (event.type !== "act" && event.type !== "disclaim") return inner.record(event);
    const since = Math.max(0, (event.since ?? event.at) - delay(event.replica, event.at));
    inner.record({ ...event, since: millis(since) });
  },
});
