import type { HistoryEvent, StallEvent } from "../core/events.ts";
import { millis, toMicros, type Clock, type Millis } from "../core/time.ts";
import { observationErrors, type ObservationError } from "./observation-error.ts";

/** Pause between two ticks in ms: with the turn that reports something, the width of an observation's bounds. */
const PERIOD = 4;
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

/**
 * The harness's one clock: milliseconds since the process started, monotonic, rounded to microseconds.
 *
 * Why since() is a bound. libuv turns through timers → poll → check. Tick k runs among the timers, at T(k), and asks
 * for an immediate, which runs in the check phase C(k) of the same turn; an outstanding immediate also keeps the poll
 * between them from blocking. So a whole poll, begun after T(k), has ended by C(k), and it reported every watched
 * descriptor that was readable at T(k). From C(k) on, what is reported became readable after T(k): that is the mark.
 * In the poll between T(k) and C(k) the mark is still T(k−1), which is true by the same argument.
 * What it leans on: a readable stream is drained by one poll (libuv reads up to 32 × 64 KiB at a time, a pipe holds
 * less) and nobody paused it; fewer than 49,000 descriptors are ready at once. A socket accepted in this turn was not
 * watched in the last poll: what it brings is bounded by the mark of its own acceptance.
 */
export function openLoopClock(): LoopClock {
  const errors = observationErrors();
  const listeners = new Set<(stall: StallEvent) => void>();
  const hearers = new Set<(event: HistoryEvent) => void>();
  let mark = 0;
  let last = performance.now();
  let longest = 0;
  let count = 0;
  let closed = false;
  let timer: NodeJS.Timeout;

  const tick = (): void => {
    const at = performance.now();
    const late = at - last - PERIOD;
    if (late > longest) longest = late;
    if (late > STALL)
      tell({ type: "stall", who: "harness", since: toMicros(last), at: toMicros(at), ms: toMicros(late) });
    last = at;
    setImmediate(() => {
      mark = at;
      if (!closed) schedule();
    });
  };
  const tell = (stall: StallEvent): void => {
    count += 1;
    for (const listener of listeners) listener(stall);
  };
  // Not an interval: two overdue firings of an interval can share one timers phase, with no poll between them.
  const schedule = (): void => {
    timer = setTimeout(tick, PERIOD);
    timer.unref();
  };
  schedule();

  return {
    now: () => toMicros(performance.now()),
    since: () => millis(Math.floor(mark * 1000) / 1000),
    loopDelay: () => ({ max: toMicros(longest), stalls: count }),
    observed(event) {
      errors.add(event);
      for (const hear of hearers) hear(event);
    },
    onEvent: (listener) => registered(hearers, listener),
    observationError: errors.summary,
    stalls: (listener) => registered(listeners, listener),
    [Symbol.dispose]() {
      closed = true;
      clearTimeout(timer);
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
