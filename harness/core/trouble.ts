import { indexIntervals, type IntervalIndex } from "./intervals.ts";
import { type Call, perView } from "./view.ts";

/** Answers with which an API refuses service, whatever it is asked. */
const refuses = (status: number): boolean => status >= 500 || status === 429 || status === 401 || status === 403;

/** Calls of each replica that the API itself refused, no fault having a part in it: the environment's trouble. */
export const troublesOf = perView((view): ReadonlyMap<string, IntervalIndex<Call>> => {
  const refused = view.calls.filter(({ end }) => end !== undefined && end.fault === undefined && refuses(end.status));
  return new Map(
    [...Map.groupBy(refused, ({ invoke }) => invoke.replica)].map(([replica, calls]) => [
      replica,
      indexIntervals(calls, ({ invoke, end }) => ({ from: invoke.at, to: end!.at })),
    ]),
  );
});
