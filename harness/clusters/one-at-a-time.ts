import { abortable } from "./abortable.ts";
import type { Trial } from "./home.ts";

/** Opens a trial when the one before it is closed. */
export function oneAtATime(): (open: (signal: AbortSignal) => Promise<Trial>, signal: AbortSignal) => Promise<Trial> {
  let last = Promise.resolve();
  return async (open, signal) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    const both = async (): Promise<void> => {
      await before;
      await promise;
    };
    last = both();
    try {
      await abortable(before, signal);
      const trial = await open(signal);
      const close = (): Promise<void> => trial.close().finally(resolve);
      return { ...trial, close, [Symbol.asyncDispose]: close };
    } catch (error) {
      resolve();
      throw error;
    }
  };
}
