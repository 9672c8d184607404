/** Runs `work` with a signal that Ctrl-C, SIGTERM or a hang-up aborts; a second Ctrl-C leaves at once. */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    console.error("\ninterrupted: healing faults, stopping replicas, writing what was seen (again to leave at once)");
    controller.abort("interrupted");
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
