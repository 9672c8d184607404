import { deadlineOf, excuseOf, reportingOf } from "../core/contract.ts";
import { elsewhereOf } from "../core/elsewhere.ts";
import { incarnationKey } from "../core/events.ts";
import { firstIndex, type Interval, lengthOf, union, without } from "../core/intervals.ts";
import { commitsOf, lastRecordNaming, namedBy } from "../core/ledger.ts";
import { defineProperty } from "../core/property.ts";
import { isWrite } from "../core/reading.ts";
import { lockCalls } from "../core/renewals.ts";
import { coreOf, isContradictory } from "../core/tenure.ts";
import { tenuresByKey, termsOf } from "../core/terms.ts";
import { formatMillis } from "../core/time.ts";
import type { Hazard, Witness } from "../core/verdict.ts";
import { type Call, perView, type Tenure, type View } from "../core/view.ts";
import { EPSILON } from "./at-most-one-leader.ts";
import {
  asMillis,
  bounded,
  claimLine,
  counted,
  endLine,
  faultLines,
  inOrder,
  instant,
  MOST_WITNESSES,
  recordLine,
  statementLevel,
} from "./evidence.ts";

const NAME = "claim-backed-by-record";

/** The history's precision: a claim seen this much before its acquire committed came before it, in ms. */
const PRECISION = 0.002;

/**
 * When a record named each replica and was valid: from its commit until it expired (commit + its duration) or another
 * record replaced it, by the bounds that favour the replica. A record without a duration is valid until replaced.
 */
const validity = perView((view): ReadonlyMap<string, readonly Interval[]> => {
  const spans = new Map<string, Interval[]>();
  for (const events of Map.groupBy(view.records, (event) => event.object).values())
    events.forEach((event, index) => {
      const duration = event.record?.durationSeconds;
      const expiry = duration === null || duration === undefined ? Infinity : event.at + duration * 1000;
      const span = { from: event.since, to: Math.min(expiry, events[index + 1]?.at ?? Infinity) };
      for (const replica of namedBy(view, event)) {
        const known = spans.get(replica);
        if (known) known.push(span);
        else spans.set(replica, [span]);
      }
    });
  return new Map([...spans].map(([replica, list]) => [replica, union(list)]));
});

type Hole = { readonly tenure: Tenure; readonly span: Interval };

/** Certain belief with no record behind it, beyond ε; a claim that precedes its acquire by less counts too. */
function holesOf(view: View, tenure: Tenure): Hole[] {
  const core = coreOf(tenure);
  const valid = validity(view).get(tenure.replica) ?? [];
  return without(core, valid)
    .filter((span) => lengthOf(span) > (span.from === core.from ? PRECISION : EPSILON))
    .map((span) => ({ tenure, span }));
}

/** The belief began before any record had named the replica. */
const isEarly = (view: View, { tenure, span }: Hole): boolean =>
  span.from === tenure.start.at && lastRecordNaming(view, tenure.replica, span.from) === undefined;

/**
 * The last call of the lock before a claim that no acquire or renewal of its own backs: its incarnation had looked at the
 * lock, and since D before its last term ended it had sent no write that can have been committed. undefined where there
 * may have been one, or nothing was seen of its calls. Every right elector writes before it claims, also where the record
 * names it already.
 */
function onlyRead(view: View, tenure: Tenure): Call | undefined {
  const calls = lockCalls(view).get(tenure.key) ?? [];
  const own = tenuresByKey(view).get(tenure.key)!;
  const last = own[firstIndex(own.length, (index) => own[index]!.start.at >= tenure.start.at) - 1];
  const from = last === undefined ? -Infinity : last.end.since - deadlineOf(view.header.elector.timing);
  const past = firstIndex(calls.length, (index) => calls[index]!.invoke.at > tenure.start.at);
  for (let i = past - 1; i >= 0 && calls[i]!.invoke.at >= from; i -= 1)
    if (isWrite(calls[i]!.invoke) && calls[i]!.end?.type !== "fail") return undefined;
  const latest = calls[past - 1];
  return latest && latest.invoke.at >= from ? latest : undefined;
}

function adoptionWitness(view: View, tenure: Tenure, { invoke }: Call): Witness {
  const wrote = lockCalls(view)
    .get(tenure.key)!
    .some((call) => isWrite(call.invoke) && call.invoke.at <= invoke.at);
  const why = wrote ? "no write of its own to the lock was committed" : "it had only read the lock";
  return {
    summary: `${tenure.key} claimed at ${instant(tenure.start.at)} with no committed acquire of its own: ${why}`,
    incarnations: [tenure.key],
    ...asMillis({ from: tenure.start.at, to: Math.max(tenure.start.at, tenure.end.since) }),
    evidence: inOrder([
      { at: invoke.at, text: `the last call of ${tenure.key} before it was a ${invoke.verb} at ${instant(invoke.at)}` },
      claimLine(tenure),
      recordLine(view, tenure.replica, tenure.start.at),
      endLine(tenure),
    ]),
  };
}

function witnessOf(view: View, hole: Hole): Witness {
  const { tenure, span } = hole;
  const valid = validity(view).get(tenure.replica) ?? [];
  const acquired = valid[firstIndex(valid.length, (index) => valid[index]!.from >= span.from)];
  const early = isEarly(view, hole);
  const why = !early
    ? "with no valid record naming it"
    : acquired
      ? "before its acquire was committed"
      : "with no committed acquire";
  const { records } = view;
  const next = records[firstIndex(records.length, (index) => records[index]!.at >= span.from)];
  return {
    summary: `${tenure.key} led for ${formatMillis(lengthOf(span))} ${why}`,
    incarnations: [tenure.key],
    ...asMillis(span),
    evidence: inOrder([
      claimLine(tenure),
      recordLine(view, tenure.replica, span.from),
      ...(next
        ? [
            {
              at: next.at,
              text: `the next record, version ${next.version}, named ${next.record?.holder || "nobody"}, committed ${bounded(next)}`,
            },
          ]
        : []),
      endLine(tenure),
      ...faultLines(view, [tenure.replica], span),
    ]),
  };
}

/** Un-numbered answers prove only their own instants: each must touch a valid record. A page beside a log claims nothing. */
function unbackedAnswers(view: View): Witness[] {
  if (view.header.elector.observe === "log") return [];
  return view.answers
    .filter((answer) => {
      if (!answer.leading || answer.term !== undefined) return false;
      const span = { from: answer.asked, to: answer.at };
      const [rest] = without(span, validity(view).get(answer.replica) ?? []);
      if (rest === undefined || lengthOf(rest) < lengthOf(span)) return false;
      const older = { key: incarnationKey(answer), replica: answer.replica, start: { since: answer.asked } };
      return excuseOf(view, { older }, span) === undefined;
    })
    .map(({ replica, incarnation, asked, at }) => ({
      summary: `${replica}#${incarnation} answered at ${instant(at)} that it leads, with no valid record naming it`,
      incarnations: [`${replica}#${incarnation}`],
      from: asked,
      to: at,
      evidence: inOrder([
        { at: asked, text: `${replica}#${incarnation} was asked at ${instant(asked)}` },
        { at, text: `it answered at ${instant(at)} that it leads` },
        recordLine(view, replica, asked),
        ...faultLines(view, [replica], { from: asked, to: at }),
      ]),
    }));
}

export const claimBackedByRecord = defineProperty({
  name: NAME,
  summary: "Whoever believes that it leads is named by a valid record all the while.",
  judge(view) {
    const level = statementLevel(view);
    const unknown = (reason: string) => ({ level, verdict: "unknown" as const, reason, witnesses: [], hazards: [] });
    const elsewhere = elsewhereOf(view);
    if (elsewhere !== undefined) return unknown(elsewhere);
    if (view.records.length === 0 && (view.calls.length === 0 || commitsOf(view).length > 0))
      return unknown("the record was not observed, so no claim could be held against it");
    const terms = termsOf(view).filter((tenure) => !isContradictory(tenure));
    const hazards: Hazard[] = [];
    const unbacked: Hole[] = [];
    let direct = false;
    for (const hole of terms.flatMap((tenure) => holesOf(view, tenure))) {
      const excuse = excuseOf(view, { older: hole.tenure }, hole.span, reportingOf(view, hole.tenure.end));
      if (excuse) hazards.push({ ...witnessOf(view, hole), property: NAME, cause: excuse.cause });
      else {
        unbacked.push(hole);
        direct ||= isEarly(view, hole);
      }
    }
    const adopted = terms.flatMap((tenure) => {
      const call = onlyRead(view, tenure);
      return call ? [adoptionWitness(view, tenure, call)] : [];
    });
    direct ||= adopted.length > 0;
    const answers = unbackedAnswers(view);
    const shown = unbacked.slice(0, MOST_WITNESSES).map((hole) => witnessOf(view, hole));
    const result = { level, hazards, witnesses: [...adopted, ...shown, ...answers].slice(0, MOST_WITNESSES) };
    const count = adopted.length + unbacked.length + answers.length;
    if (count > 0)
      return {
        ...result,
        verdict: "fail",
        direct,
        reason: `${result.witnesses[0]!.summary}${count > 1 ? `; ${count} such claims and stretches in all` : ""}`,
      };
    const certain = terms.filter((tenure) => lengthOf(coreOf(tenure)) > 0).length;
    const answered = view.header.elector.observe === "log" ? 0 : view.answers.filter(({ leading }) => leading).length;
    if (certain === 0 && answered === 0) return unknown("no replica certainly led for any time");
    const excused = hazards.length > 0 ? ` but for ${counted(hazards.length, "hazard")}` : "";
    return {
      ...result,
      verdict: "pass",
      reason: `${certain > 0 ? counted(certain, "term") : counted(answered, "answer")} backed by a valid record throughout${excused}`,
    };
  },
});
