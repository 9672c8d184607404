import { openLoopMark, PERIOD } from "../clusters/loop-mark.ts";
import type { HistoryEvent, StallEvent } from "../core/events.ts";
import { millis, toMicros, type Clock, type Millis } from "../core/time.ts";
import { observationErrors, type ObservationError } from "./observation-error.ts";

/** A tick that comes later than this (ms) is a stall of the harness. */
const STALL = 20;

export type LoopClock = Clock &
  Disposable & {
    /**
     * A lower bound for whatever an I/O callback that runs now is reporting: it was not there before this instant.
     * Call it in that callback, not in a later turn of the event loop.
     */
    since(): Millis;
    /** Tells of every tick that came more than 20 ms late; ends when disposed. */
    stalls(listener: (stall: StallEvent) => void): Disposable;
    /** How late ticks were at the most, and how many of them were stalls. */
    loopDelay(): { readonly max: Millis; readonly stalls: number };
    /** Takes a recorded event of any trial: it counts towards the observation error, and the listeners hear of it. */
    observed(event: HistoryEvent): void;
    /** Tells of every recorded event of every trial; ends when disposed. */
    onEvent(listener: (event: HistoryEvent) => void): Disposable;
    /** What since() was worth over the whole run. */
    observationError(): ObservationError;
  };

/** The harness's one clock: milliseconds since the process started, monotonic, rounded to microseconds. */
export function openLoopClock(): LoopClock {
  const errors = observationErrors();
  const listeners = new Set<(stall: StallEvent) => void>();
  const hearers = new Set<(event: HistoryEvent) => void>();
  let longest = 0;
  let count = 0;
  const tell = (stall: StallEvent): void => {
    count += 1;
    for (const listener of listeners) listener(stall);
  };
  const loop = openLoopMark(
    () => performance.now(),
    (at, last) => {
      const late = at - last - PERIOD;
      if (late > longest) longest = late;
      if (late > STALL)
        tell({ type: "stall", who: "harness", since: toMicros(last), at: toMicros(at), ms: toMicros(late) });
    },
  );

  return {
    now: () => toMicros(performance.now()),
    since: () => millis(Math.floor(loop.mark() * 1000) / 1000),
    loopDelay: () => ({ max: toMicros(longest), stalls: count }),
    observed(event) {
      errors.add(event);
      for (const hear of hearers) hear(event);
    },
    onEvent: (listener) => registered(hearers, listener),
    observationError: errors.summary,
    stalls: (listener) => registered(listeners, listener),
    [Symbol.dispose]() {
      loop[Symbol.dispose]();
      listeners.clear();
      hearers.clear();
    },
  };
}

/** The same listener may be registered twice, and is then told twice. */
function registered<Told>(all: Set<(told: Told) => void>, listener: (told: Told) => void): Disposable {
  const own = (told: Told): void => listener(told);
  all.add(own);
  return { [Symbol.dispose]: () => void all.delete(own) };
}
