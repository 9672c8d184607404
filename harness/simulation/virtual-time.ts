import type { Millis } from "../core/time.ts";
import { millis } from "../core/time.ts";
import type { TrialTime } from "../clusters/home.ts";
import { Polls } from "./observer.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A trial's time, from 0, and the looks that its harness takes. */
export class VirtualTime implements TrialTime {
  readonly clock = new VirtualClock();
  readonly polls = new Polls([]);

  readonly now = (): Millis => this.clock.now();
  readonly since = (): Millis => millis(Math.max(0, this.polls.reading(this.clock.now()).since));

  readonly sleep = (span: Millis, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const timer = this.clock.after(span, () => {
        waiting.act = undefined;
        resolve();
      });
      const waiting = this.clock.whenAborted(signal, () => {
        this.clock.cancel(timer);
        reject(signal.reason as Error);
      });
    });

  readonly timeout = (span: Millis): AbortSignal => {
    const late = new AbortController();
    this.clock.after(span, () => late.abort(new DOMException("The time is over", "TimeoutError")));
    return late.signal;
  };
}
