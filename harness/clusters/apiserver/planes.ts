import { abortable } from "../abortable.ts";

/** What can be lent: broken once it cannot serve another trial. */
export type Lendable = AsyncDisposable & { readonly broken: boolean };

/** A control plane in a trial's hands; disposing gives it back. */
export type Lent<Plane> = AsyncDisposable & { readonly plane: Plane };

/**
 * The control planes of a run: one that trials share, and others that a trial has alone, for its faults are felt by
 * whoever is beside it. Disposing ends those that are not lent.
 */
export type Planes<Plane> = AsyncDisposable & { lend(alone: boolean, signal: AbortSignal): Promise<Lent<Plane>> };

/** Lends `first` and what is started beside it, `most` at once; who finds none free waits for one. */
export function openPlanes<Plane extends Lendable>(
  first: Plane,
  start: (signal: AbortSignal) => Promise<Plane>,
  most: number,
): Planes<Plane> {
  const living = new Set([first]);
  const free = [first];
  let starting = 0;
  let shared: Promise<Plane> | undefined;
  let turn = Promise.withResolvers<void>();
  const changed = (): void => {
    turn.resolve();
    turn = Promise.withResolvers();
  };
  const take = async (signal: AbortSignal): Promise<Plane> => {
    while (free.length === 0 && living.size + starting >= most) await abortable(turn.promise, signal);
    const there = free.pop();
    if (there !== undefined) return there;
    starting += 1;
    try {
      const plane = await start(signal);
      living.add(plane);
      return plane;
    } finally {
      starting -= 1;
      changed();
    }
  };
  const giveBack = async (plane: Plane): Promise<void> => {
    if (plane.broken) {
      living.delete(plane);
      await plane[Symbol.asyncDispose]();
    } else free.push(plane);
    changed();
  };
  return {
    async lend(alone, signal) {
      if (!alone) return { plane: await (shared ??= take(signal)), [Symbol.asyncDispose]: async () => {} };
      const plane = await take(signal);
      return { plane, [Symbol.asyncDispose]: () => giveBack(plane) };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...living].map((plane) => plane[Symbol.asyncDispose]()));
    },
  };
}
