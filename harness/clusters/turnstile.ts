import { setTimeout as sleep } from "node:timers/promises";

/** The event loop is calm when so many pauses in a row … */
const PAUSES = 2;
/** … of this length (ms) … */
const PAUSE = 4;
/** … each ended at most so much (ms) late. */
const LATE = 2;
/** Nobody waits longer than this (ms) for calm: on a machine that is never calm, starts are slow, not impossible. */
const LONGEST = 200;

/** Resolves when it is the caller's turn, in the order of asking. */
export type Turnstile = () => Promise<void>;

/**
 * Lets callers through one by one, each once the event loop is calm. Starting a process blocks the event loop for
 * milliseconds, and what it then does takes the processor: a hundred starts in a row would shift every observation of the
 * trials that run, and a start right after a kill would hide when the victim was gone.
 */
export function openTurnstile(): Turnstile {
  let last = Promise.resolve();
  return () => (last = last.then(calm));
}

async function calm(): Promise<void> {
  const from = performance.now();
  for (let before = from, inTime = 0; inTime < PAUSES && before - from < LONGEST;) {
    await sleep(PAUSE);
    const now = performance.now();
    inTime = now - before - PAUSE > LATE ? 0 : inTime + 1;
    before = now;
  }
}
