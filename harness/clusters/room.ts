import { abortable } from "./abortable.ts";
import type { Trial, TrialOptions } from "./home.ts";

type Opening = (signal: AbortSignal) => Promise<Trial>;

/** How a trial shares its cluster. beside: with any. drains: with no other that drains. alone: with none. */
export type Sharing = "beside" | "drains" | "alone";

/** With a node drained in one trial and another in the next no pod would find a place; a node that is gone is so for all. */
export const sharingOf = ({ needs }: TrialOptions): Sharing =>
  needs?.has("machines") ? "alone" : needs?.has("nodes") ? "drains" : "beside";

/** Lets trials into a cluster as they share it, in the order in which they come; each has its place until it is closed. */
export function openRoom(): (sharing: Sharing, open: Opening, signal: AbortSignal) => Promise<Trial> {
  const places: { readonly sharing: Sharing; readonly left: Promise<void> }[] = [];
  const bars = (one: Sharing, other: Sharing): boolean =>
    one === "alone" || other === "alone" || (one === "drains" && other === "drains");
  return async (sharing, open, signal) => {
    const before = places.filter((place) => bars(place.sharing, sharing)).map(({ left }) => left);
    const { promise, resolve } = Promise.withResolvers<void>();
    const place = { sharing, left: promise };
    places.push(place);
    const leave = (): void => {
      const index = places.indexOf(place);
      if (index >= 0) places.splice(index, 1);
      resolve();
    };
    try {
      await abortable(Promise.all(before), signal);
      const trial = await open(signal);
      const close = (): Promise<void> => trial.close().finally(leave);
      return { ...trial, close, [Symbol.asyncDispose]: close };
    } catch (error) {
      leave();
      throw error;
    }
  };
}
