import type { Cluster, Replica } from "../core/cluster.ts";
import { millis } from "../core/time.ts";
import { namesOf } from "./presence.ts";

/** A gate on loopback answers in a few ms; so long (ms) it may take on a busy machine. */
const ANSWERED_WITHIN = millis(2000);
/** Silence for this long (ms) counts as none. */
const SILENT_FOR = millis(400);
/** Between two rounds of asking, in ms. */
const ASKED_EVERY = millis(50);
/** Tries for an answer before giving up. */
const TRIES = 3;

/** Rejects unless the API answers through the replica's own gate, whatever the status. */
export async function expectAnswer(cluster: Cluster, replica: Replica, signal: AbortSignal): Promise<void> {
  let why = "";
  for (let tries = 0; tries < TRIES; tries += 1) {
    signal.throwIfAborted();
    const outcome = await cluster.ask(replica, ANSWERED_WITHIN, signal);
    if (outcome.status !== undefined) return;
    why = outcome.error ?? "no status";
  }
  throw new Error(`${namesOf([replica])} does not reach the API: ${why}`);
}

/** Rejects if the API does answer through the replica's own gate. */
export async function expectSilence(cluster: Cluster, replica: Replica, signal: AbortSignal): Promise<void> {
  const outcome = await cluster.ask(replica, SILENT_FOR, signal);
  signal.throwIfAborted();
  if (outcome.status !== undefined)
    throw new Error(`${namesOf([replica])} still reaches the API: it answered ${outcome.status}`);
}

/** Asks until the API answers the replica again; rejects once `signal` aborted. One that is gone took its gate with it. */
export async function reachAgain(cluster: Cluster, replica: Replica, signal: AbortSignal): Promise<void> {
  const stillThere = (): boolean => cluster.replicas().some((other) => other.replica === replica.replica);
  let why: unknown;
  while (stillThere())
    try {
      return await expectAnswer(cluster, replica, signal);
    } catch (error) {
      // A machine that stands still is not a fault that stays.
      if (!signal.aborted) why = error;
      await cluster.time.sleep(ASKED_EVERY, signal).catch(() => {});
      if (signal.aborted && stillThere()) throw why ?? error;
    }
}
