import { hampering, livesByKey } from "./contenders.ts";
import { faultsOn, lingerOf } from "./contract.ts";
import { firstIndex } from "./intervals.ts";
import { type Commit, namedBy, recordAt } from "./ledger.ts";
import { stallsOf } from "./stalls.ts";
import { lockTroubles } from "./trouble.ts";
import type { Life, Tenure, View } from "./view.ts";

/** When the leader gave the record up within its reign or after it; undefined when it did not. */
export function releaseOf(commits: readonly Commit[], tenure: Tenure, until: number): number | undefined {
  const first = firstIndex(commits.length, (index) => commits[index]!.at >= tenure.start.since);
  for (let i = first; i < commits.length; i += 1) {
    if (commits[i]!.since > until) return undefined;
    if (commits[i]!.release) return commits[i]!.at;
  }
  return undefined;
}

/** Whether SIGKILL came before the life had had all the time that a lease gives to stop and to release: no one's fault. */
function killedEarly(view: View, { key, replica, terminating, exited }: Life): boolean {
  if (exited?.signal !== "SIGKILL") return false;
  if (
    faultsOn(view, replica, terminating!, exited.at).some(
      ({ effect, injected }) => effect === "end" && injected > terminating!,
    )
  )
    return true;
  const { timing } = view.header.elector;
  const stalled = stallsOf(view)(key, terminating!, exited.at) + stallsOf(view)("harness", terminating!, exited.at);
  return exited.since - terminating! < timing.leaseDuration + lingerOf(timing) + 2 * stalled;
}

/**
 * An elector that declares `release` owes one when SIGTERM ended its reign, no fault and no trouble of the API hampered it,
 * and no SIGKILL cut it short.
 */
export function owedRelease(view: View, tenure: Tenure): boolean {
  if (!view.header.elector.release) return false;
  const life = livesByKey(view).get(tenure.key);
  if (life?.terminating === undefined || !life.exited) return false;
  if (killedEarly(view, life) || tenure.end.at < life.terminating) return false;
  const from = life.terminating - view.header.elector.timing.leaseDuration;
  // What the harness took from it, or a rival holds by now, it cannot give up.
  const last = recordAt(view, tenure.end.at);
  if (last !== undefined && (last.fault !== undefined || !namedBy(view, last).has(tenure.replica))) return false;
  if (lockTroubles(view, life.replica, from, life.exited.at).length > 0) return false;
  return !faultsOn(view, life.replica, from, life.exited.at).some((fault) => hampering.has(fault.effect));
}

/** Whoever took what was given up, and was kept from hearing of it, holds it for a lease. */
export function heldByAnother(view: View, leader: Tenure, time: number): boolean {
  const current = recordAt(view, time);
  return Boolean(current?.record?.holder) && !namedBy(view, current!).has(leader.replica);
}
