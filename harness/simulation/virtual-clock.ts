import { assert } from "../core/errors.ts";
import { millis, type Millis, toMicros } from "../core/time.ts";

/** Something that will happen; cancelling it twice, or after it happened, does nothing. */
export type Timer = {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
  /** Its place in the heap; -1 once it is not there any more. */
  place: number;
};

/** Who waits for a signal's abort; without an act, or once its owner is dead, for nothing any more. */
export type Waiting = {
  readonly signal: AbortSignal;
  readonly owner: { readonly alive: boolean } | undefined;
  act: (() => void) | undefined;
};

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** The most events in a step that settle no promise. */
const EVENTS_A_STEP = 1000;

/** How many steps are asked for at once; between two such turns of the event loop, others may work. */
const STEPS_A_TURN = 500;

/**
 * Runs `step` until it is over. What a step brings about has run to rest before the next: Node runs all microtasks and
 * ticks between two immediates, and asking for many immediates at once is the cheapest way to have that.
 */
function stepByStep(step: () => "on" | "idle" | "over"): void {
  let said: ReturnType<typeof step> = "on";
  const one = (): void => {
    if (said === "on") said = step();
  };
  const turn = (): void => {
    if (said === "over") return;
    said = "on";
    for (let steps = 0; steps < STEPS_A_TURN; steps += 1) setImmediate(one);
    setImmediate(turn);
  };
  turn();
}

/**
 * Virtual time in milliseconds from 0, of microsecond precision: a binary heap of events, those of one instant in the
 * order they were asked for. Whatever promise an event settles has run to rest before the next event happens.
 */
export class VirtualClock {
  readonly #heap: Timer[] = [];
  readonly #waiting: Waiting[] = [];
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
    const place = this.#heap.length;
    const timer: Timer = { at: Math.max(this.#now, toMicros(time)), order: (this.#order += 1), act, place };
    this.#heap.push(timer);
    this.#rise(timer, place);
    return timer;
  }

  /** After so long; any delay above 0 passes at least a microsecond, or who waits for a remainder would wait for ever. */
  after(delay: number, act: () => void): Timer {
    return this.at(delay > 0 ? this.#now + Math.max(delay, 0.001) : this.#now, act);
  }

  cancel(timer: Timer): void {
    if (timer.place !== -1) this.#remove(timer);
  }

  /**
   * Has `act` happen once the signal has aborted and what aborted it has run to rest: a look at each signal after each
   * wake is cheaper than a listener on each.
   */
  whenAborted(signal: AbortSignal, act: () => void, owner?: { readonly alive: boolean }): Waiting {
    const waiting: Waiting = { signal, owner, act };
    this.#waiting.push(waiting);
    return waiting;
  }

  /** Whether somebody's signal had aborted, and was told. */
  #tellAborted(): boolean {
    const list = this.#waiting;
    let [kept, told] = [0, false];
    for (let index = 0; index < list.length; index += 1) {
      const waiting = list[index]!;
      const { act, owner, signal } = waiting;
      if (act === undefined || owner?.alive === false) continue;
      if (signal.aborted) {
        told = true;
        waiting.act = undefined;
        act();
      } else list[kept++] = waiting;
    }
    list.length = kept;
    return told;
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
    stepByStep(() => {
      if (stopped()) return "over";
      if (this.#tellAborted()) return "on";
      const next = this.#heap[0];
      if (next === undefined) return "idle";
      this.#next(next.at);
      return "on";
    });
  }

  /** Runs until nothing is left before `end`; rejects with the signal's reason, or with what an event threw. */
  run(end: Millis, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      stepByStep(() => {
        try {
          signal?.throwIfAborted();
          if (this.#tellAborted()) return "on";
          const until = this.#events + EVENTS_A_STEP;
          for (this.#woken = false; !this.#woken && this.#events < until;)
            if (!this.#next(end)) return (resolve(), "over");
          return "on";
        } catch (error) {
          reject(error as Error);
          return "over";
        }
      });
    });
  }

  #next(end: number): boolean {
    const timer = this.#heap[0];
    if (timer === undefined || timer.at > end) {
      this.#now = end;
      return false;
    }
    this.#remove(timer);
    assert(timer.at >= this.#now, "virtual time runs forward");
    this.#now = timer.at;
    this.#events += 1;
    timer.act();
    return true;
  }

  #remove(timer: Timer): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const hole = timer.place;
    timer.place = -1;
    if (last === timer) return;
    if (hole > 0 && before(last, heap[(hole - 1) >>> 1]!)) this.#rise(last, hole);
    else this.#sink(last, hole);
  }

  /** Puts the timer where it belongs, at `place` or above. */
  #rise(timer: Timer, place: number): void {
    const heap = this.#heap;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = heap[parent]!;
      if (!before(timer, above)) break;
      heap[place] = above;
      above.place = place;
      place = parent;
    }
    heap[place] = timer;
    timer.place = place;
  }

  /** Puts the timer where it belongs, at `place` or below. */
  #sink(timer: Timer, place: number): void {
    const heap = this.#heap;
    const { length } = heap;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && before(heap[child + 1]!, heap[child]!)) child += 1;
      const below = heap[child]!;
      if (!before(below, timer)) break;
      heap[place] = below;
      below.place = place;
      place = child;
    }
    heap[place] = timer;
    timer.place = place;
  }
}
