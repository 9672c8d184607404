import type { Clock } from "../../../fixtures/electors/reference/clock.ts";

type Timer = { readonly at: number; readonly order: number; readonly fire: () => void };

/** Virtual time: stands still while anything runs, and jumps to the next timer when nothing does. */
export class VirtualTime {
  now = 0;
  private order = 0;
  private timers: Timer[] = [];

  at(time: number, fire: () => void): () => void {
    const timer = { at: Math.max(time, this.now), order: this.order++, fire };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((each) => each !== timer));
  }

  /** Resolves after `ms`, or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = ms === Infinity ? () => {} : this.at(this.now + ms, resolve);
      signal?.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }

  async runUntil(end: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve)); // all that is ready runs first
      const next = this.timers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined || next.at > end) break;
      this.timers = this.timers.filter((each) => each !== next);
      this.now = next.at;
      next.fire();
    }
    this.now = end;
  }
}

/** One replica's clock: its wall clock may be wrong, and its timers do not fire while it is frozen. */
export class ReplicaClock implements Clock {
  frozenUntil = 0;
  private readonly time: VirtualTime;
  private readonly offset: number;

  constructor(time: VirtualTime, offset: number) {
    this.time = time;
    this.offset = offset;
  }

  now(): number {
    return this.time.now;
  }

  wall(): number {
    return 1_800_000_000_000 + this.time.now + this.offset;
  }

  /** Waits until the replica is awake. */
  async awake(): Promise<void> {
    while (this.frozenUntil > this.time.now) await this.time.sleep(this.frozenUntil - this.time.now);
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.time.sleep(ms, signal);
    await this.awake();
  }

  after(ms: number, act: () => void): () => void {
    const fire = async (): Promise<void> => {
      await this.awake();
      if (wanted) act();
    };
    let wanted = true;
    const cancel = this.time.at(this.time.now + ms, () => void fire());
    return () => {
      wanted = false;
      cancel();
    };
  }
}
