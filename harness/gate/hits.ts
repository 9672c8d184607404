/** Counts what a disturbance touched, and wakes who waits for the first. */
export type Hits = {
  count(): number;
  add(): void;
  /** Resolves at the first; rejects with the signal's reason. */
  first(signal: AbortSignal): Promise<void>;
};

export function countHits(): Hits {
  let count = 0;
  const { promise: touched, resolve } = Promise.withResolvers<void>();
  return {
    count: () => count,
    add() {
      count += 1;
      resolve();
    },
    async first(signal) {
      if (count > 0) return;
      signal.throwIfAborted();
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      try {
        await Promise.race([touched, aborted.promise]);
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },
  };
}
