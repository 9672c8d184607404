import { incarnationKey, type InvokeEvent } from "./events.ts";
import { indexIntervals } from "./intervals.ts";
import { lockResource, lockResources } from "./lock.ts";
import { isWrite } from "./reading.ts";
import { perView, type View } from "./view.ts";

/** Where replicas keep the record: the lock's own kind, and others of which they write an object of that name. */
const ownResources = perView((view): ReadonlySet<string> => {
  const { kind, name } = view.header.election;
  const written = view.calls.flatMap(({ invoke }) =>
    isWrite(invoke) && invoke.object === name && invoke.namespace === undefined && lockResources.has(invoke.resource)
      ? [invoke.resource]
      : [],
  );
  return new Set([lockResource[kind], ...written]);
});

/** Whether a call is of the lock, or of a collection that it is in: whatever selects from that, no gate tells. */
export const reachesLock = (view: View, { namespace, object, resource }: InvokeEvent): boolean =>
  namespace === undefined &&
  (object === "" || object === view.header.election.name) &&
  ownResources(view).has(resource);

/** The watches of the lock of each incarnation, answering "which were open within [from, to]?"; one without an end stays open. */
export const watchesOf = perView((view) => {
  const watches = view.calls.filter(({ invoke }) => invoke.verb === "watch" && reachesLock(view, invoke));
  const byKey = Map.groupBy(watches, ({ invoke }) => incarnationKey(invoke));
  return new Map(
    [...byKey].map(([key, calls]) => [
      key,
      indexIntervals(calls, ({ invoke, end }) => ({ from: invoke.at, to: end?.at ?? Infinity })),
    ]),
  );
});
