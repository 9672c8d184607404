import { lockResource } from "./lock.ts";
import { touchesLock } from "./ledger.ts";
import { isWrite } from "./reading.ts";
import { perView, type Call, type View } from "./view.ts";

/** Objects that are told. */
const MOST = 3;

/** Whether the call is such as an election over another object of that kind makes; Leases have no other use. */
const elects = ({ invoke }: Call, view: View): boolean =>
  invoke.resource === lockResource[view.header.election.kind] &&
  invoke.object !== "" &&
  (invoke.resource === "leases" || isWrite(invoke));

/**
 * Says over which objects the replicas elect instead, where no record of the declared lock was ever seen and none of their
 * calls was of it: what they believe cannot be held against that record. undefined where that is not so.
 */
export const elsewhereOf = perView((view): string | undefined => {
  if (view.records.length > 0 || view.calls.some((call) => touchesLock(view, call))) return undefined;
  const others = view.calls.filter((call) => elects(call, view));
  if (others.length === 0) return undefined;
  const { kind, name, namespace } = view.header.election;
  const named = [...new Set(others.map(({ invoke }) => `${invoke.namespace ?? namespace}/${invoke.object}`))];
  const shown = named.slice(0, MOST).join(", ") + (named.length > MOST ? ` and ${named.length - MOST} more` : "");
  const refused = others.findLast(({ end }) => end?.type === "fail" && end.status === 403);
  const pinned = others.some(({ invoke }) => invoke.namespace !== undefined);
  return [
    `no record of the ${kind} ${namespace}/${name} was ever seen, which elector.yaml names as the lock: the replicas called ${shown} instead`,
    ...(refused === undefined ? [] : ["and were refused (403)"]),
    ...(pinned ? ["; a lock must be in the pods' own namespace, POD_NAMESPACE"] : []),
  ]
    .join(" ")
    .replace(" ;", ";");
});
