import { setTimeout as sleep } from "node:timers/promises";
import type { Millis } from "../core/time.ts";

/** Waits, or less when any of the signals fires; never rejects. */
export async function pauseFor(span: Millis, ...ends: readonly AbortSignal[]): Promise<void> {
  if (span <= 0 || ends.some((end) => end.aborted)) return;
  try {
    await sleep(span, undefined, { signal: AbortSignal.any([...ends]) });
  } catch {
    // woken early: what became of the call is for the caller to see
  }
}
