import { millis, type Millis, type Time } from "../core/time.ts";

/** How often a condition is looked at, in ms. */
const LOOK_EVERY = millis(10);

/** Polls a condition every 10 ms: true when it held within `timeout`, false when not; rejects with the signal's reason. */
export async function until(
  condition: () => boolean,
  time: Time,
  timeout: Millis,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = time.now() + timeout;
  while (!condition()) {
    if (time.now() >= deadline) return false;
    await time.sleep(LOOK_EVERY, signal);
  }
  return true;
}
