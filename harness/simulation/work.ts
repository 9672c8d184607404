import type { HistoryEvent } from "../core/events.ts";
import type { Polls } from "./observer.ts";
import type { SimulatedProcess } from "./process.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export type WorkSettings = {
  readonly clock: VirtualClock;
  readonly polls: Polls;
  readonly every: number;
  latency(): number;
  record(event: HistoryEvent): void;
  /** Whether the guarded resource accepts an act with this token. */
  accepts(token: number): boolean;
};

export type SimulatedWork = { readonly begun: Promise<void>; end(): Promise<void> };

/** Guarded work of a process: an act at once and then every so often, one in flight at a time, read by the witness. */
export function startWork(process: SimulatedProcess, token: number, settings: WorkSettings): SimulatedWork {
  const { clock, polls, every, latency, record, accepts } = settings;
  const begun = Promise.withResolvers<void>();
  const { replica, incarnation } = process.who;
  let stop = (): void => {};
  let over = false;

  const act = (): void => {
    if (over) return;
    const next = clock.now() + every;
    const { since, at } = polls.reading(clock.now() + latency());
    clock.at(at, () => {
      record({ type: "act", since, at, replica, incarnation, token, accepted: accepts(token) });
      clock.after(latency(), () =>
        process.deliver(() => {
          begun.resolve();
          if (!over) stop = process.after(Math.max(0, next - clock.now()), act);
        }),
      );
    });
  };
  act();
  return {
    begun: begun.promise,
    end() {
      over = true; // what is in flight is cancelled here, and may arrive all the same
      stop();
      begun.resolve();
      return Promise.resolve();
    },
  };
}
