import { ordered } from "../core/columns.ts";
import { excuseOfBoth, reportingOf } from "../core/contract.ts";
import { intersection, type Interval, lengthOf } from "../core/intervals.ts";
import type { Figures } from "../core/measures.ts";
import { defineProperty } from "../core/property.ts";
import { stallsOf } from "../core/stalls.ts";
import { coreOf, hullOf, isContradictory } from "../core/tenure.ts";
import { termsOf } from "../core/terms.ts";
import { formatMillis, millis } from "../core/time.ts";
import type { Hazard, Witness } from "../core/verdict.ts";
import type { Tenure, View } from "../core/view.ts";
import {
  asMillis,
  claimLine,
  counted,
  endLine,
  extent,
  faultLines,
  inOrder,
  instant,
  MOST_WITNESSES,
  recordLine,
  statementLevel,
} from "./evidence.ts";
import { shortfallOf, takeoversOf } from "./shortfall.ts";

const NAME = "at-most-one-leader";

/** ε in ms: what an overlap must exceed beyond bounds that already carry the error of observation. */
export const EPSILON = 1;

type Overlap = { readonly first: Tenure; readonly second: Tenure; readonly core: Interval; readonly hull: Interval };

/** Pairs of tenures that may have overlapped, in time order; O(n log n + n · those that lead at once). */
function overlapsOf(view: View): Overlap[] {
  const sorted = ordered(view.tenures, (tenure) => tenure.start.since);
  const overlaps: Overlap[] = [];
  const active: Tenure[] = []; // the first `live` of them; it is never cut, which would build it anew for each tenure
  let live = 0;
  for (let index = 0; index < sorted.length; index += 1) {
    const next = sorted[index]!;
    const before = live;
    live = 0;
    for (let each = 0; each < before; each += 1)
      if (active[each]!.end.at > next.start.since) active[live++] = active[each]!;
    for (let each = 0; each < live; each += 1) {
      const other = active[each]!;
      // Two processes of one pod follow each other: the exit precedes the start.
      if (other.replica === next.replica) continue;
      const [first, second] = other.start.at <= next.start.at ? [other, next] : [next, other];
      overlaps.push({
        first,
        second,
        core: intersection(coreOf(first), coreOf(second)),
        hull: intersection(hullOf(first), hullOf(second)),
      });
    }
    active[live++] = next;
  }
  return overlaps;
}

function witnessOf(view: View, { first, second, core, hull }: Overlap): Witness {
  const [least, most] = [lengthOf(core), lengthOf(hull)];
  const shown = least > 0 ? core : hull;
  const certainty = least > 0 ? "led" : "may have led";
  return {
    summary: `${first.key} and ${second.key} ${certainty} at the same time for ${extent(least, most)}`,
    incarnations: [first.key, second.key],
    overlap: { least, most },
    ...asMillis(shown),
    evidence: inOrder([
      claimLine(first),
      claimLine(second),
      recordLine(view, first.replica, shown.from),
      ...(second.possible ? [] : [recordLine(view, second.replica, shown.from)]),
      endLine(first),
      ...(second.end.at < first.end.at ? [endLine(second)] : []),
      ...faultLines(view, [first.replica, second.replica], shown),
    ]),
  };
}

/** What may have been of an overlap, but for what its beginning took to be seen: a promise is broken at an instant. */
function possible(view: View, { core, hull }: Overlap): Interval {
  const began = { since: millis(hull.from), at: millis(core.from) };
  return { from: hull.from + reportingOf(view, began), to: hull.to };
}

/** Why it cannot be told whether two hulls overlapped: what widened them. */
function doubtOf(view: View, { first, second, hull }: Overlap): string {
  const gap = view.gaps.find(
    (each) =>
      (each.replica === first.replica || each.replica === second.replica) &&
      each.since < hull.to &&
      each.at > hull.from,
  );
  const stalled = stallsOf(view)("harness", hull.from - 1, hull.to + 1);
  const cause = gap
    ? `a gap in ${gap.replica}#${gap.incarnation}'s observation of ${formatMillis(gap.at - gap.since)} (${gap.reason}) widened it`
    : stalled > 0
      ? `stalls of the harness of ${formatMillis(stalled)} widened the bounds`
      : "the bounds of what was seen overlap";
  return `${first.key} and ${second.key} may have led at once for ${extent(0, lengthOf(hull))} at ${instant(hull.from)}: ${cause}`;
}

export const atMostOneLeader = defineProperty({
  name: NAME,
  summary: "Two incarnations never believe at the same time that they lead.",
  judge(view) {
    const level = statementLevel(view);
    const failures: Witness[] = [];
    const hazards: Hazard[] = [];
    const doubts: Overlap[] = [];
    const contradictory = view.tenures.find(isContradictory);
    for (const overlap of overlapsOf(view)) {
      const certain = lengthOf(overlap.core) > EPSILON;
      const span = certain ? overlap.core : overlap.hull;
      const reporting = Math.max(reportingOf(view, overlap.first.end), reportingOf(view, overlap.second.end));
      const excused = (part: Interval) => excuseOfBoth(view, overlap.first, overlap.second, part, reporting);
      const excuse = excused(span);
      if (excuse) {
        hazards.push({ ...witnessOf(view, overlap), property: NAME, cause: excuse.cause });
        // What is certain of it is excused; what else may have been of it has to be, too.
        if (certain && excused(possible(view, overlap)) === undefined) doubts.push(overlap);
      } else if (!certain || isContradictory(overlap.first) || isContradictory(overlap.second)) doubts.push(overlap);
      else failures.push(witnessOf(view, overlap));
    }
    const measures: Figures =
      hazards.length > 0 ? { overlapInHazardMs: hazards.map((hazard) => hazard.overlap?.least ?? 0) } : {};
    const result = { level, hazards, measures, witnesses: failures.slice(0, MOST_WITNESSES) };
    if (failures.length > 0)
      return {
        ...result,
        verdict: "fail",
        reason: `${failures[0]!.summary}${failures.length > 1 ? `; ${failures.length} overlaps in all` : ""}`,
      };
    const unknown = (reason: string) => ({ ...result, verdict: "unknown" as const, reason });
    if (level === "L0") return unknown("only the record was observed, and a record never proves exclusivity");
    if (view.tenures.length === 0) return unknown("no replica ever said that it leads");
    if (contradictory) return unknown(`the bounds of ${contradictory.key}'s tenure contradict each other`);
    if (doubts.length > 0) return unknown(doubtOf(view, doubts[0]!));
    const shortfall = shortfallOf(view);
    if (shortfall) return unknown(shortfall);
    const terms = termsOf(view).length;
    const excused = hazards.length > 0 ? `, and overlapped only in ${counted(hazards.length, "hazard")}` : "";
    return {
      ...result,
      verdict: "pass",
      reason: `${counted(terms, "term")} and ${counted(takeoversOf(view), "takeover")} were seen${excused || ", and no two could overlap"}`,
    };
  },
});
