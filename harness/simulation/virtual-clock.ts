import { assert } from "../core/errors.ts";
import { millis, type Millis, toMicros } from "../core/time.ts";

/** Something that will happen; cancelling it twice, or after it happened, does nothing. */
export type Timer = { readonly at: number; readonly order: number; act: (() => void) | undefined };

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** How many events run between two turns of the event loop: an abort is heard, and others may work. */
const EVENTS_A_TURN = 20_000;

/**
 * Virtual time in milliseconds from 0, of microsecond precision: a binary heap of events, those of one instant in the
 * order they were asked for. Whatever promise an event settles has run to rest before the next event happens.
 */
export class VirtualClock {
  readonly #heap: Timer[] = [];
  #now = 0;
  #order = 0;
  #woken = false;
  #events = 0;

  now(): Millis {
    return millis(this.#now);
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events;
  }

  /** Has `act` happen at `time`, or now where that is past; `act` calls `wake` if it settles a promise. */
  at(time: number, act: () => void): Timer {
    const timer: Timer = { at: Math.max(this.#now, toMicros(time)), order: (this.#order += 1), act };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(timer);
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!before(timer, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = timer;
    return timer;
  }

  /** After so long; any delay above 0 passes at least a microsecond, or who waits for a remainder would wait for ever. */
  after(delay: number, act: () => void): Timer {
    return this.at(delay > 0 ? this.#now + Math.max(delay, 0.001) : this.#now, act);
  }

  cancel(timer: Timer): void {
    timer.act = undefined; // stays in the heap until its time: cheaper than finding it
  }

  /** Says that a promise was settled: its reactions run before the next event. */
  wake(): void {
    this.#woken = true;
  }

  /**
   * Runs, event by event, until `stopped` says so; whatever an event brings about, also in who only waits for what it
   * did, has run to rest before the next. Where nothing is left to happen, it waits for something to be asked for.
   */
  drive(stopped: () => boolean): void {
    let turned = 0;
    const step = (): void => {
      if (stopped()) return;
      const next = this.#heap[0];
      if (next === undefined || this.#events >= turned + EVENTS_A_TURN) {
        turned = this.#events;
        return void setImmediate(step);
      }
      this.#next(next.at);
      queueMicrotask(() => process.nextTick(step));
    };
    setImmediate(step);
  }

  /** Runs until nothing is left before `end`; rejects with the signal's reason, or with what an event threw. */
  run(end: Millis, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        try {
          const until = this.#events + EVENTS_A_TURN;
          signal?.throwIfAborted();
          const step = (): void => {
            try {
              for (this.#woken = false; !this.#woken;) {
                if (!this.#next(end)) return resolve();
                if (this.#events >= until) return void setImmediate(turn);
              }
            } catch (error) {
              return reject(error as Error);
            }
            // A microtask behind those that were woken; then the tick, which Node runs only when no microtask is left.
            queueMicrotask(() => process.nextTick(step));
          };
          step();
        } catch (error) {
          reject(error as Error);
        }
      };
      // What was started before has run to its first wait.
      setImmediate(turn);
    });
  }

  #next(end: number): boolean {
    const timer = this.#heap[0];
    if (timer === undefined || timer.at > end) {
      this.#now = end;
      return false;
    }
    this.#pop();
    const act = timer.act;
    if (act === undefined) return true;
    assert(timer.at >= this.#now, "virtual time runs forward");
    this.#now = timer.at;
    this.#events += 1;
    act();
    return true;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const length = heap.length;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}
