import { incarnationKey, type StallEvent } from "./events.ts";
import { columnOf, countUpTo } from "./columns.ts";
import { firstIndex, indexIntervals } from "./intervals.ts";
import { perView, type View } from "./view.ts";

/** Milliseconds that `who` ("harness", or an incarnation as `name#n`) was measured to stall within [from, to]. */
export type StallMeter = (who: string, from: number, to: number) => number;

type Measured = { readonly since: number; readonly at: number; readonly ms: number };

/** Sums windows by prefix sums; those of one subject do not overlap, as they are measured one after the other. */
function meter(windows: readonly Measured[]): (from: number, to: number) => number {
  const sorted = windows.toSorted((a, b) => a.since - b.since);
  const ends = columnOf(sorted, ({ at }) => at);
  const sums = new Float64Array(sorted.length + 1);
  for (let i = 0; i < sorted.length; i += 1) sums[i + 1] = sums[i]! + sorted[i]!.ms;
  /** What of a window may lie outside [from, to]: its stall can be anywhere in it, so all that fits inside counts. */
  const outside = (window: Measured, from: number, to: number) =>
    window.ms - Math.min(window.ms, Math.max(0, Math.min(window.at, to) - Math.max(window.since, from)));
  return (from, to) => {
    if (from >= to) return 0;
    const first = countUpTo(ends, from);
    const past = firstIndex(sorted.length, (index) => sorted[index]!.since >= to);
    if (first >= past) return 0;
    const inner = sums[past]! - sums[first]! - outside(sorted[first]!, from, to);
    return past - 1 > first ? inner - outside(sorted[past - 1]!, from, to) : inner;
  };
}

/** Whether any replica was measured to stall; the harness is none. */
export const replicasStalled = perView((view): boolean => view.stalls.some(({ who }) => who !== "harness"));

/** A pause between two measured stalls in which whoever waited would have run, in ms. */
const BREATH = 20;

const windowsByWho = perView((view) => {
  const by = Map.groupBy(view.stalls, ({ who }) => (who === "harness" ? who : incarnationKey(who)));
  return new Map(
    [...by].map(([who, list]) => [who, indexIntervals(list, (stall) => ({ from: stall.since, to: stall.at }))]),
  );
});

/** The stalls of "harness", or of an incarnation as `name#n`, that touch [from, to]. */
export const stallsTouching = (view: View, who: string, from: number, to: number): readonly StallEvent[] =>
  windowsByWho(view).get(who)?.(from, to) ?? [];

/** When the unbroken stretch began in which `who` or the harness stalled until `at`; `at` where none did; not before `from`. */
export function stalledSince(view: View, who: string, at: number, from: number): number {
  let since = at;
  for (let before = Infinity; since < before && since > from;) {
    before = since;
    for (const each of [who, "harness"])
      for (const stall of stallsTouching(view, each, since - BREATH, since)) since = Math.min(since, stall.since);
  }
  return Math.max(since, from);
}

/** The stalls of a view, O(log n) a question. */
export const stallsOf = perView((view): StallMeter => {
  const windows = new Map<string, Measured[]>();
  for (const stall of view.stalls) {
    const who = stall.who === "harness" ? stall.who : incarnationKey(stall.who);
    const known = windows.get(who);
    if (known) known.push(stall);
    else windows.set(who, [stall]);
  }
  const meters = new Map([...windows].map(([who, list]) => [who, meter(list)]));
  return (who, from, to) => meters.get(who)?.(from, to) ?? 0;
});

/**
 * The earliest moment by which `who` (an incarnation as `name#n`, or "harness") had `ms` ms since `from` in which neither
 * it nor the harness stalled: a stall puts the end of a wait off, and so does one that begins before the end put off.
 */
export function awakeFor(view: View, who: string, from: number, ms: number): number {
  if (view.stalls.length === 0 || from === Infinity) return from + ms;
  const stalled = stallsOf(view);
  const subjects = who === "harness" ? [who] : [who, "harness"];
  let until = from + ms;
  for (let before = -Infinity; until > before;) {
    before = until;
    // A wait that would end within a stall goes on after all of it.
    const waitedOut = (subject: string) =>
      stalled(
        subject,
        from,
        stallsTouching(view, subject, before, before).reduce((to, { at }) => Math.max(to, at), before),
      );
    until = from + ms + subjects.reduce((sum, subject) => sum + waitedOut(subject), 0);
  }
  return until;
}
