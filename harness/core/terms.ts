import { columnOf } from "./columns.ts";
import { perView, type Tenure } from "./view.ts";

/** Tenures that were certainly there, by claim; those that a gap may hide are left out. */
export const termsOf = perView((view): readonly Tenure[] =>
  view.tenures.some((tenure) => tenure.possible) ? view.tenures.filter((tenure) => !tenure.possible) : view.tenures,
);

/** When each term certainly began (ascending), certainly ended and possibly ended. */
export const termTimes = perView((view) => ({
  begun: columnOf(termsOf(view), ({ start }) => start.at),
  certain: columnOf(termsOf(view), ({ end }) => end.since),
  ended: columnOf(termsOf(view), ({ end }) => end.at),
}));

/** Each incarnation's tenures, hidden ones included, by `name#n` in time order. */
export const tenuresByKey = perView((view): ReadonlyMap<string, readonly Tenure[]> =>
  Map.groupBy(view.tenures, (tenure) => tenure.key),
);
