import type { FaultEffect } from "../core/events.ts";
import { indexIntervals } from "../core/intervals.ts";
import { silentUntil } from "../core/transit.ts";
import { electionTroubles } from "../core/trouble.ts";
import { perView } from "../core/view.ts";

const blinding: ReadonlySet<FaultEffect> = new Set(["pause", "cut", "delay", "clock", "stamps", "api"]);

/**
 * Tells whether a replica could not know the record, or nobody could, at some time within [from, to]: faults, an API in
 * trouble, records that the harness wrote.
 */
export const blindness = perView((view) => {
  const span = (from: number, to: number | undefined) => ({ from, to: to ?? view.end });
  const common = view.faults
    .filter(({ effect }) => effect === "record" || effect === "clock" || effect === "stamps")
    .map(({ injected, healed }) => span(injected, healed));
  for (const event of view.records) if (event.fault !== undefined) common.push(span(event.since, event.at));
  const own = new Map<string, { from: number; to: number }[]>();
  for (const fault of view.faults)
    if (blinding.has(fault.effect))
      for (const target of fault.targets) {
        const blind = span(fault.injected, silentUntil(view, target, fault.healed ?? view.end));
        const known = own.get(target);
        if (known) known.push(blind);
        else own.set(target, [blind]);
      }
  const everybody = indexIntervals(common, (each) => each);
  const each = new Map([...own].map(([replica, spans]) => [replica, indexIntervals(spans, (one) => one)]));
  return (replica: string, from: number, to: number): boolean =>
    everybody(from, to).length > 0 ||
    (each.get(replica)?.(from, to) ?? []).length > 0 ||
    electionTroubles(view, replica, from, to).length > 0;
});
