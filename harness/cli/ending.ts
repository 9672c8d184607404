const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => void stream.write("", () => resolve()));

/**
 * Resolves when all that was written has been taken: a pipe takes 64 KiB at once, and what is longer would be cut off by
 * the exit. Whoever waited for it calls process.exit. Node's own way out waits for idle sockets of a library, and after
 * long campaigns it was seen to spin for ever (24.x, Environment::CleanupHandles, a loop with nothing alive in it).
 */
export const allTaken = async (): Promise<void> =>
  void (await Promise.all([flushed(process.stdout), flushed(process.stderr)]));
