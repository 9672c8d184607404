import { deadlineOf, faultsOn } from "./contract.ts";
import { indexIntervals, type IntervalIndex } from "./intervals.ts";
import { touchesLock } from "./ledger.ts";
import { type Millis, millis } from "./time.ts";
import { silentUntil } from "./transit.ts";
import { type Call, perView, type View } from "./view.ts";
import { reachesLock } from "./watches.ts";

/** Answers with which an API refuses service, whatever it is asked. */
const refuses = (status: number): boolean => status >= 500 || status === 429 || status === 401 || status === 403;

/** No fault of the harness has a part in a call: neither at its gate, nor by what it does to its author. */
function isUndisturbed(view: View, { invoke, end }: Call): boolean {
  if (end?.fault !== undefined) return false;
  const faults = faultsOn(view, invoke.replica, invoke.at, end?.at ?? view.end);
  return faults.every(({ effect }) => effect === "none") && silentUntil(view, invoke.replica, invoke.at) <= invoke.at;
}

/** How long an API may keep a call without being in trouble, in ms: half of D, in which a renewal has to come through, or P. */
const patienceOf = ({ header: { elector } }: View): number =>
  Math.min(elector.timing.retryPeriod, deadlineOf(elector.timing) / 2);

/**
 * Whether the API kept a call of the lock for so long that whoever waits for it may give up. Measured by its length,
 * whatever came of it: who gives up early excuses itself by nothing.
 */
const hangs = (view: View, call: Call): boolean =>
  call.invoke.verb !== "watch" &&
  (call.end?.at ?? view.end) - call.invoke.at >= patienceOf(view) &&
  touchesLock(view, call) &&
  isUndisturbed(view, call);

/** The environment's trouble: calls of each replica that the API itself refused or kept, no fault having a part in it. */
export const troublesOf = perView((view): ReadonlyMap<string, IntervalIndex<Call>> => {
  const refused = ({ end }: Call): boolean => end !== undefined && end.fault === undefined && refuses(end.status);
  const troubles = view.calls.filter((call) => refused(call) || hangs(view, call));
  return new Map(
    [...Map.groupBy(troubles, ({ invoke }) => invoke.replica)].map(([replica, calls]) => [
      replica,
      indexIntervals(calls, ({ invoke, end }) => ({ from: invoke.at, to: end?.at ?? view.end })),
    ]),
  );
});

const isOfLock = (view: View, call: Call): boolean => touchesLock(view, call) || reachesLock(view, call.invoke);

/** The troubles that a replica had with the lock in [from, to]. */
export const lockTroubles = (view: View, replica: string, from: number, to: number): readonly Call[] =>
  (troublesOf(view).get(replica)?.(from, to) ?? []).filter((call) => isOfLock(view, call));

const forbids = ({ end }: Call): boolean => end?.status === 401 || end?.status === 403;

/** Those from which the lock may suffer too: a permission that is missing for something else tells nothing of it. */
export const electionTroubles = (view: View, replica: string, from: number, to: number): readonly Call[] =>
  (troublesOf(view).get(replica)?.(from, to) ?? []).filter((call) => !forbids(call) || isOfLock(view, call));

/** Least that a reply is granted when bounds are judged, in ms. */
const REPLY_FLOOR = 20;

/**
 * δ in ms: the longest undisturbed reply of the lock seen at the gates, at least 20. A reply that makes trouble excuses
 * what came of it, and widens no bound beside.
 */
export const replyTimeOf = perView((view): Millis => {
  const most = patienceOf(view);
  let longest = REPLY_FLOOR;
  for (const call of view.calls) {
    const { invoke, end } = call;
    if (end === undefined || end.type === "info" || invoke.verb === "watch") continue;
    const took = end.at - invoke.at;
    if (took > longest && took < most && touchesLock(view, call) && isUndisturbed(view, call)) longest = took;
  }
  return millis(longest);
});
