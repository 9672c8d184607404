import type { Act } from "./act.ts";

/** What the replicas of one trial act upon: says whether it accepts an act. */
export type Resource = { accepts(act: Act): boolean };

/**
 * With fencing, a token below the highest accepted one is refused, as a fenced store would. An act without a token is
 * accepted: nothing can be said against it here.
 */
export function openResource(fencing: boolean): Resource {
  let highest = Number.NEGATIVE_INFINITY;
  return {
    accepts({ token }) {
      const accepted = !fencing || token === undefined || token >= highest;
      if (accepted && token !== undefined) highest = Math.max(highest, token);
      return accepted;
    },
  };
}
