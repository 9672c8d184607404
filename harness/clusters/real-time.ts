import { setTimeout as sleepFor } from "node:timers/promises";
import { toMicros, type Clock, type Time } from "../core/time.ts";

/** Time as it passes on this machine, read from `clock`, the process's own unless told. */
export const realTime = (clock: Clock = { now: () => toMicros(performance.now()) }): Time => ({
  now: () => clock.now(),
  async sleep(span, signal) {
    signal.throwIfAborted();
    await sleepFor(span, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
  timeout: (span) => AbortSignal.timeout(Math.ceil(span)),
});
