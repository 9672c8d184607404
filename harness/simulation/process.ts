import type { Incarnation } from "../core/events.ts";
import type { Timer, VirtualClock } from "./virtual-clock.ts";

/** A simulated OS process: what it waits for reaches it only while it lives and runs. */
export class SimulatedProcess {
  readonly who: Incarnation;
  readonly #clock: VirtualClock;
  readonly #offset: number;
  readonly #terminated = new AbortController();
  #pauses = 0;
  #alive = true;
  readonly #ends = new Set<() => void>();
  /** What fell due while it was frozen, in that order. */
  #due: (() => void)[] = [];

  /** `offset`: what its monotonic clock showed when virtual time began, in ms. */
  constructor(who: Incarnation, clock: VirtualClock, offset: number) {
    this.who = who;
    this.#clock = clock;
    this.#offset = offset;
  }

  get alive(): boolean {
    return this.#alive;
  }
  get paused(): boolean {
    return this.#pauses > 0;
  }
  get terminated(): AbortSignal {
    return this.#terminated.signal;
  }

  now(): number {
    return this.#clock.now() + this.#offset;
  }

  /** Lets something happen to it: at once, when it is resumed, or never once it has ended. */
  deliver(act: () => void): void {
    if (!this.#alive) return;
    if (this.#pauses > 0) return void this.#due.push(act);
    act();
    this.#clock.wake();
  }

  after(ms: number, act: () => void): () => void {
    if (ms === Infinity) return () => {};
    let wanted: (() => void) | undefined = act;
    const timer: Timer = this.#clock.after(ms, () => this.deliver(() => wanted?.()));
    return () => {
      wanted = undefined;
      this.#clock.cancel(timer);
    };
  }

  /** Resolves after `ms`, late when it is frozen then; or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        if (timer !== undefined) this.#clock.cancel(timer);
        waiting.act = undefined;
        resolve();
      };
      const timer = ms === Infinity ? undefined : this.#clock.after(ms, () => this.deliver(done));
      const waiting = this.#clock.whenAborted(signal, done, this);
    });
  }

  pause(): void {
    this.#pauses += 1;
  }

  /** Wakes it when every pause is over: what fell due meanwhile happens now, one after the other. */
  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses > 0) return;
    const due = this.#due;
    this.#due = [];
    for (const act of due) this.#clock.after(0, () => this.deliver(act));
  }

  /** SIGTERM: heard when it runs. */
  terminate(): void {
    this.deliver(() => this.#terminated.abort());
  }

  /** Has `act` happen once: when the returned function is called, or at the process's end if that comes first. */
  untilEnd(act: () => void): () => void {
    const once = (): void => {
      if (this.#ends.delete(once)) act();
    };
    this.#ends.add(once);
    return once;
  }

  /** It is gone: nothing reaches it any more. */
  end(): void {
    this.#alive = false;
    for (const act of this.#ends) act();
    this.#due = [];
  }
}
