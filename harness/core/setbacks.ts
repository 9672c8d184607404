import { hampering } from "./contenders.ts";
import { faultsOn } from "./contract.ts";
import { firstIndex } from "./intervals.ts";
import { commitsOf, namedBy, recordAt } from "./ledger.ts";
import { perView } from "./view.ts";

/**
 * When contenders began to wait anew through no fault of theirs, in order: the harness wrote the record; it ended a
 * process that may have held it; it cut off or froze one; it kept from a writer that its claim of the record was
 * committed. Until then + L the record may bar everybody.
 */
export const setbacksOf = perView((view): Float64Array => {
  const times = view.records.filter((event) => event.fault !== undefined).map((event): number => event.at);
  // Who has waited for D, from the first call of a try on, has left this one: an answer so late may have reached nobody.
  const { retryPeriod: patience } = view.header.elector.timing;
  for (const commit of commitsOf(view))
    if (commit.holder && commit.call.end?.fault !== undefined && (commit.replied ?? Infinity) - commit.at >= patience)
      times.push(commit.at);
  const lease = view.header.elector.timing.leaseDuration;
  /** The record named the replica at `time`, and was still valid. */
  const held = (replica: string, time: number) => {
    const current = recordAt(view, time);
    return current !== undefined && current.at + lease > time && namedBy(view, current).has(replica);
  };
  for (const life of view.lives) {
    if (!life.exited || !held(life.replica, life.exited.at)) continue;
    const ended = faultsOn(view, life.replica, life.exited.since, life.exited.at).some(
      ({ effect }) => effect === "end",
    );
    if (ended || life.terminating !== undefined) times.push(life.exited.at);
  }
  /** A write that was under way took the record for a replica that the fault then kept from leading. */
  const tookUnder = (replica: string, from: number, to: number): number[] => {
    const { records } = view;
    const taken: number[] = [];
    for (let i = firstIndex(records.length, (index) => records[index]!.at > from); i < records.length; i += 1) {
      if (records[i]!.at > to) break;
      if (namedBy(view, records[i]!).has(replica)) taken.push(records[i]!.at);
    }
    const first = taken[0];
    if (first === undefined) return [];
    const soon = first + view.header.elector.timing.retryPeriod;
    const led = view.tenures.some((own) => own.replica === replica && own.start.since <= soon && own.end.at >= first);
    return led ? [] : taken;
  };
  for (const fault of view.faults)
    if (hampering.has(fault.effect)) {
      const from = fault.landed ?? fault.injected;
      if (fault.targets.some((target) => held(target, from))) times.push(from);
      for (const target of fault.targets) times.push(...tookUnder(target, from, fault.healed ?? view.end));
    }
  return Float64Array.from(times).sort();
});
