import { livesByKey } from "../core/contenders.ts";
import { deadlineOf, faultsOn, lingerOf, storedLease } from "../core/contract.ts";
import { incarnationKey } from "../core/events.ts";
import { firstIndex, indexIntervals, type Interval } from "../core/intervals.ts";
import { defineProperty } from "../core/property.ts";
import { isWrite } from "../core/reading.ts";
import { ownIdentities } from "../core/record-steps.ts";
import { lockCalls } from "../core/renewals.ts";
import { stalledSince, stallsOf } from "../core/stalls.ts";
import { termsOf } from "../core/terms.ts";
import { formatMillis } from "../core/time.ts";
import { troublesOf } from "../core/trouble.ts";
import type { Witness } from "../core/verdict.ts";
import { type Call, type FaultWindow, perView, type Tenure, type View } from "../core/view.ts";
import {
  asMillis,
  claimLine,
  counted,
  endLine,
  faultLine,
  inOrder,
  instant,
  MOST_WITNESSES,
  recordLine,
  statementLevel,
} from "./evidence.ts";

/** What reaches everybody: faults that do whatever they are aimed at, and rollouts. */
const everybodys = perView((view) => {
  const faults = view.faults
    .filter(({ effect }) => effect === "record" || effect === "clock" || effect === "stamps")
    .map(({ injected, healed }): Interval => ({ from: injected, to: healed ?? view.end }));
  const rollouts = view.rollouts.flatMap((event, index): Interval[] => {
    const end = view.rollouts.find(({ phase }, later) => later > index && phase !== "start")?.at ?? view.end;
    return event.phase === "start" ? [{ from: event.at, to: end }] : [];
  });
  return indexIntervals([...faults, ...rollouts], (span) => span);
});

/** Answers of the lock after which an elector may hold itself to be robbed, refused for good, or its record to be gone. */
const DISMISSING: ReadonlySet<number> = new Set([401, 403, 404, 409, 410, 422]);

/** Whether a call may have told a leader that its term is lost: it was dismissed, it hung, or it showed another's record. */
function dismisses(view: View, replica: string, { end }: Call): boolean {
  if (end === undefined || DISMISSING.has(end.status)) return true;
  if (end.status === 0 && end.fault === undefined) return true; // given up by the client
  if (end.record === undefined) return false;
  return !end.record.holder || ownIdentities(view).get(replica)?.has(end.record.holder) !== true;
}

/** When a call was decided on at the earliest: stalls may have kept it from the gate since the call before was over. */
function decidedAt(view: View, call: Call, before: Call | undefined): number {
  const { at } = call.invoke;
  const free = before?.end === undefined ? at - view.header.elector.timing.retryPeriod : before.end.at;
  return stalledSince(view, incarnationKey(call.invoke), at, Math.min(free, at));
}

/**
 * Whether a leader gave up while it had the time to try again: half a P or more before the D was over that counts from
 * its last renewal that was answered, and nothing but errors of a moment came since. A stall makes nobody hasty.
 */
function hasty(view: View, tenure: Tenure): boolean {
  const { renewDeadline, retryPeriod } = view.header.elector.timing;
  if (renewDeadline === undefined) return false;
  const calls = lockCalls(view).get(tenure.key) ?? [];
  const past = firstIndex(calls.length, (index) => calls[index]!.invoke.at > tenure.end.at);
  for (let i = past - 1; i >= 0; i -= 1) {
    const call = calls[i]!;
    if (call.end?.type === "ok" && call.end.at <= tenure.end.since && isWrite(call.invoke))
      return tenure.end.at < decidedAt(view, call, calls[i - 1]) + renewDeadline - retryPeriod / 2;
    if (dismisses(view, tenure.replica, call)) return false;
  }
  return false;
}

/** Whether a fault that touched the leader is one that it had the time to bear. */
const borne = (view: View, tenure: Tenure, { effect }: FaultWindow): boolean =>
  effect === "none" || (effect === "api" && hasty(view, tenure));

/** All that the ends of terms are explained by, looked up once for all of a view's. */
const sourcesOf = (view: View) => ({
  view,
  lives: livesByKey(view),
  everybodys: everybodys(view),
  stalled: stallsOf(view),
  troubles: troublesOf(view),
});
type Sources = ReturnType<typeof sourcesOf>;

/** What the harness did that may have ended the term: a fault, SIGTERM, a rollout. A fault is felt for L + D + P. */
function planned({ view, lives, everybodys: everybody }: Sources, tenure: Tenure): boolean {
  const { timing } = view.header.elector;
  const from = tenure.end.since - lingerOf(timing) - storedLease(timing);
  const to = tenure.end.at;
  const life = lives.get(tenure.key);
  if (life?.terminating !== undefined && life.terminating <= to) return true;
  if (faultsOn(view, tenure.replica, from, to).some((fault) => !borne(view, tenure, fault))) return true;
  return everybody(from, to).length > 0;
}

function troubleText(view: View, { invoke, end }: Call): string {
  if (end !== undefined && end.status >= 400) return `the API answered it with ${end.status} at ${instant(end.at)}`;
  return `the API kept its ${invoke.verb} of ${instant(invoke.at)} for ${formatMillis((end?.at ?? view.end) - invoke.at)}`;
}

/**
 * Why the end may be the environment's doing: an API in trouble, or stalls of D/2 or more while they are felt. Those are
 * felt for L + D + P; but where an error of a moment ended the term, only in the D + P in which the leader could try again.
 */
function environmental({ view, stalled: stalls, troubles }: Sources, tenure: Tenure): string | undefined {
  const { timing } = view.header.elector;
  const to = tenure.end.at;
  const from = tenure.end.since - lingerOf(timing) - storedLease(timing);
  const stalledFrom = (start: number): number => stalls(tenure.key, start, to) + stalls("harness", start, to);
  const erred = () => faultsOn(view, tenure.replica, from, to).some(({ effect }) => effect === "api");
  const most = deadlineOf(timing) / 2;
  const stalled = stalledFrom(from);
  if (stalled >= most && !(stalledFrom(tenure.end.since - lingerOf(timing)) < most && erred() && hasty(view, tenure)))
    return `stalls of ${formatMillis(stalled)} were measured before`;
  const trouble = troubles.get(tenure.replica)?.(from, to)[0];
  return trouble && troubleText(view, trouble);
}

function witnessOf(view: View, tenure: Tenure): Witness {
  const { from, to } = { from: tenure.end.since - storedLease(view.header.elector.timing), to: tenure.end.at };
  const faults = faultsOn(view, tenure.replica, from, to).filter(({ effect }) => effect !== "none");
  const cause = faults.length > 0 ? "though it had the time to try again" : "with no fault";
  return {
    summary: `${tenure.key}'s term ended at ${instant(tenure.end.at)}, ${formatMillis(tenure.end.at - tenure.start.at)} after it began, ${cause}`,
    incarnations: [tenure.key],
    ...asMillis({ from: tenure.start.at, to: tenure.end.at }),
    evidence: inOrder([
      claimLine(tenure),
      endLine(tenure),
      recordLine(view, tenure.replica, tenure.end.at),
      ...faults.map((fault) => faultLine(view, fault)),
    ]),
  };
}

export const stability = defineProperty({
  name: "stability",
  summary: "With no fault, no term ends, nor by an error that the leader has the time to bear.",
  judge(view) {
    const terms = termsOf(view);
    const sources = sourcesOf(view);
    const [doubtful, failed]: [Tenure[], Tenure[]] = [[], []];
    for (const tenure of terms) {
      if (tenure.ending === "open" || planned(sources, tenure)) continue;
      (tenure.ending === "gap" || environmental(sources, tenure) !== undefined ? doubtful : failed).push(tenure);
    }
    const result = {
      level: statementLevel(view),
      hazards: [],
      witnesses: failed.slice(0, MOST_WITNESSES).map((tenure) => witnessOf(view, tenure)),
    };
    if (failed.length > 0) return { ...result, verdict: "fail", reason: result.witnesses[0]!.summary };
    const doubt = doubtful[0];
    if (doubt)
      return {
        ...result,
        verdict: "unknown",
        reason: `${doubt.key}'s term ended at ${instant(doubt.end.at)}, but ${environmental(sources, doubt) ?? "a gap hides how"}`,
      };
    if (terms.length === 0) return { ...result, verdict: "unknown", reason: "no replica ever said that it leads" };
    return { ...result, verdict: "pass", reason: `${counted(terms.length, "term")}, and none ended without a cause` };
  },
});
