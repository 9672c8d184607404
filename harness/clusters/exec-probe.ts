import { start, type ProcessOptions } from "./process.ts";

/** Runs a command with no shell; true when it ends with 0, false when it cannot start or the signal ended it (SIGKILL). */
export async function endsWell(
  options: Pick<ProcessOptions, "argv" | "env" | "directory" | "spawner" | "clock">,
  signal: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  try {
    const ended = ({ code }: { readonly code: number | null }): void => resolve(code === 0);
    const running = await start({ ...options, lines: () => {}, silent: () => {}, ended });
    const kill = (): void => running.kill();
    if (signal.aborted) kill();
    signal.addEventListener("abort", kill, { once: true });
    return await promise;
  } catch {
    return false; // it cannot be started: that is the answer
  }
}
