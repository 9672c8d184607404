import type { Watched } from "../core/cluster.ts";
import type { Millis, Time } from "../core/time.ts";
import type { SimulatedGate } from "./gate.ts";

/** What a watch of the lock shows of it. */
export type LockChanges = {
  /** Whether the object is there now. */
  exists(): boolean;
  /** Calls back at each change until the returned function is called. */
  follow(changed: () => void): () => void;
};

/** Watches the lock through a gate for `span`: what is there at once, then each change. Rejects with the signal's reason. */
export async function watchThrough(
  gate: SimulatedGate,
  lock: LockChanges,
  span: Millis,
  time: Time,
  signal: AbortSignal,
): Promise<Watched> {
  const over = new AbortController();
  let [events, held, cut, frozen] = [0, 0, false, false];
  const broken = (): void => {
    cut = true;
    over.abort();
  };
  const thaw = (): void => {
    frozen = false;
    events += held;
    held = 0;
  };
  using watch = gate.watch({ freeze: () => (frozen = true), thaw, drop: broken }, broken);
  const show = (): void => {
    if (cut || watch.silent()) return;
    if (frozen) held += 1;
    else events += 1;
  };
  if (lock.exists()) show();
  const stop = lock.follow(show);
  try {
    await time.sleep(span, AbortSignal.any([signal, over.signal]));
  } catch {
    signal.throwIfAborted(); // else it was cut
  } finally {
    stop();
  }
  return { events, cut };
}
