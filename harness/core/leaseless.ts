import { elsewhereOf } from "./elsewhere.ts";
import { recordsByReplica, touchesLock } from "./ledger.ts";
import { lockResources } from "./lock.ts";
import { isWrite } from "./reading.ts";
import { perView, type View } from "./view.ts";

/** The replicas whose calls were seen, and of them those that may have taken a lock, whichever. */
const callers = perView((view) => {
  const seen = new Set<string>();
  const writers = new Set<string>();
  for (const call of view.calls) {
    const { invoke, end } = call;
    seen.add(invoke.replica);
    if (!isWrite(invoke) || end?.type === "fail") continue;
    if (touchesLock(view, call) || lockResources.has(invoke.resource)) writers.add(invoke.replica);
  }
  return { seen, writers };
});

/**
 * Whether a replica certainly never had a lease: its calls were watched without a gap, none of them can have written a
 * lock, and no record ever named it. So is a program that does not elect, and nothing can have kept it from its lease.
 */
export const leaseless = (view: View, replica: string): boolean =>
  callers(view).seen.has(replica) &&
  !callers(view).writers.has(replica) &&
  !recordsByReplica(view).has(replica) &&
  !view.gaps.some((gap) => gap.replica === replica) &&
  elsewhereOf(view) === undefined;
