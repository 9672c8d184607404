import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "./engine.ts";

/** How often the engine is asked, in ms. */
const ASK_EVERY = 100;
/** Answers of so many ms count. */
const REMEMBERED = 2000;
/** What a line's way has beside the engine (the container's own keeper, two pipes), in ms. */
const REST = 10;

/** How long what a container wrote may have been on its way through the engine. */
export type Lag = Disposable & {
  /** In ms, for what arrives now. */
  now(): number;
};

/**
 * Asks the engine for nothing all the time: what it passes on waits for the same scheduler as its answers do
 * (the container's pipe, the engine's, ours). So a line may be older than its arrival by three times the
 * slowest answer of late, and REST; an answer that is still awaited counts with its wait so far.
 */
export function watchLag(engine: Engine, failed: (error: unknown) => void): Lag {
  const answers: { readonly at: number; readonly took: number }[] = [];
  const over = new AbortController();
  let asked: number | undefined;
  const ask = async (): Promise<void> => {
    while (!over.signal.aborted) {
      asked = performance.now();
      await engine.ping();
      const at = performance.now();
      answers.push({ at, took: at - asked });
      asked = undefined;
      while (answers[0]!.at < at - REMEMBERED) answers.shift();
      await sleep(ASK_EVERY, undefined, { ref: false });
    }
  };
  void ask().catch((error: unknown) => over.signal.aborted || failed(error));
  return {
    now() {
      const waiting = asked === undefined ? 0 : performance.now() - asked;
      return 3 * Math.max(waiting, ...answers.map(({ took }) => took)) + REST;
    },
    [Symbol.dispose]: () => over.abort(),
  };
}
