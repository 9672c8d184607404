import { setTimeout as sleepFor } from "node:timers/promises";
import { millis, type Millis } from "../core/time.ts";

/** Sleeps; rejects with the signal's reason. */
export async function sleep(time: Millis, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleepFor(time, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** Polls a condition every 10 ms: true when it held within `timeout`, false when not; rejects with the signal's reason. */
export async function until(
  condition: () => boolean,
  now: () => Millis,
  timeout: Millis,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = now() + timeout;
  while (!condition()) {
    if (now() >= deadline) return false;
    await sleep(millis(10), signal);
  }
  return true;
}
