import type { Home, Trial } from "./home.ts";

/** A home that closes the trials that are still open before it ends what it owns. */
export function homeOf(
  name: string,
  owned: AsyncDisposable,
  open: Home["openTrial"],
  more: Pick<Home, "kubernetes" | "address" | "daemons" | "namespaceOf"> = {},
): Home {
  const trials = new Set<Trial>();
  return {
    ...more,
    name,
    async openTrial(options, signal) {
      const trial = await open(options, signal);
      trials.add(trial);
      const close = async (): Promise<void> => {
        await trial.close().finally(() => trials.delete(trial)); // what it fails with is told once
      };
      return { ...trial, close, [Symbol.asyncDispose]: close };
    },
    async [Symbol.asyncDispose]() {
      await using _owned = owned;
      await Promise.all([...trials].map((trial) => trial.close()));
    },
  };
}
