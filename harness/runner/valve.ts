import { availableParallelism } from "node:os";
import type { HistoryEvent } from "../core/events.ts";
import type { LoopClock } from "./recorder.ts";
import { nextWidth } from "./width.ts";

/** How long a stretch is measured before the width changes, in ms: long enough to feel the trials that were let in. */
const STRETCH = 1000;
/** What a replica takes until the run has shown it, in bytes: a Node process. */
const REPLICA_BYTES = 64 * 2 ** 20;
/** The share of the machine's free memory that is left to others. */
const LEFT = 0.25;

/** How many trials may run at once, as a run goes on. */
export type Valve = Disposable & {
  width(): number;
  /** Resolves when the width may have changed. */
  turned(): Promise<void>;
  /** Tells how many run. */
  running(count: number): void;
  /** The most that ran at once. */
  most(): number;
};

/** As many as were asked for. */
export function fixedValve(width: number): Valve {
  let most = 0;
  return {
    width: () => width,
    turned: () => new Promise(() => {}),
    running: (count) => void (most = Math.max(most, count)),
    most: () => most,
    [Symbol.dispose]: () => {},
  };
}

/** Begins with a trial for each core, and follows the stalls that the run itself measures; ends when disposed. */
export function measuringValve(clock: LoopClock, replicas: number): Valve {
  let width = availableParallelism();
  let [running, most, harness, waited] = [0, 0, 0, 0];
  let since = clock.now();
  let turn = Promise.withResolvers<void>();
  const count = (event: HistoryEvent): void => {
    if (event.type === "stall" && event.who !== "harness") waited += event.ms;
  };
  using stack = new DisposableStack();
  stack.use(clock.stalls((stall) => void (harness += stall.ms)));
  stack.use(clock.onEvent(count));
  const timer = setInterval(() => {
    const stretch = clock.now() - since;
    since = clock.now();
    const free = process.availableMemory() * (1 - LEFT);
    const room = Math.floor(free / (replicas * REPLICA_BYTES));
    const share = (ms: number, subjects: number): number => ms / (stretch * Math.max(1, subjects));
    width = nextWidth(width, {
      running,
      room,
      harness: share(harness, 1),
      replicas: share(waited, running * replicas),
    });
    [harness, waited] = [0, 0];
    turn.resolve();
    turn = Promise.withResolvers();
  }, STRETCH);
  timer.unref();
  stack.defer(() => clearInterval(timer));
  const owned = stack.move();
  return {
    width: () => width,
    turned: () => turn.promise,
    running(now) {
      running = now;
      most = Math.max(most, now);
    },
    most: () => most,
    [Symbol.dispose]: () => owned.dispose(),
  };
}
