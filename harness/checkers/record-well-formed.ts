import { deadlineOf, faultsOn } from "../core/contract.ts";
import { incarnationKey, type LockRecord } from "../core/events.ts";
import { lengthOf, union } from "../core/intervals.ts";
import { type Commit, commitsByIncarnation } from "../core/ledger.ts";
import { defineProperty } from "../core/property.ts";
import { authorKey, changesHolder, type RecordStep, recordSteps } from "../core/record-steps.ts";
import { stampOf } from "../core/rfc3339.ts";
import { stallsOf } from "../core/stalls.ts";
import { tenuresByKey } from "../core/terms.ts";
import { formatMillis } from "../core/time.ts";
import type { Witness } from "../core/verdict.ts";
import type { View } from "../core/view.ts";
import { bounded, counted, faultLines, inOrder, MOST_WITNESSES } from "./evidence.ts";

/** What is wrong with a record, in words that follow its author's name. */
type Flaw = { readonly step: RecordStep; readonly text: string };

/** An object made without any election in it: whoever takes it begins anew. */
const isBlank = ({ holder, acquireTime, renewTime, transitions }: LockRecord): boolean =>
  !holder && !acquireTime && !renewTime && transitions === null;

/** The transitions that a step must leave; undefined where nothing binds them. */
function owedTransitions({ before, after }: RecordStep): number | undefined {
  const [old, now] = [before?.record, after.record!];
  if (!old || before!.fault !== undefined || isBlank(old)) return undefined; // created, recreated, or edited
  if (old.transitions === null && now.transitions === null) return undefined; // an elector that counts none
  const taken = Boolean(now.holder) && changesHolder({ before: before!, after });
  return (old.transitions ?? 0) + (taken ? 1 : 0);
}

function transitionsFlaw(step: RecordStep): string | undefined {
  const owed = owedTransitions(step);
  const found = step.after.record!.transitions;
  if (found !== null && (found < 0 || !Number.isInteger(found))) return `wrote transitions ${found}`;
  if (owed === undefined || (found ?? 0) === owed) return undefined;
  const old = step.before!.record!;
  const deed = !changesHolder(step) ? "renewed" : step.after.record!.holder ? "took" : "gave up";
  return `${deed} the record and left transitions ${found ?? "out"} after ${old.transitions ?? "none"}; ${owed} were due`;
}

/** Two records that one incarnation wrote in a row in the same name, the harness having a part in neither. */
function isRenewal(step: RecordStep, previous: RecordStep | undefined): boolean {
  const author = authorKey(step);
  return (
    author !== undefined &&
    previous !== undefined &&
    authorKey(previous) === author &&
    Boolean(step.after.record?.holder) &&
    !changesHolder(step)
  );
}

/** Whether the author's wall clock was tampered with between its two writes, of which the first may have been long under way. */
const clockTampered = (view: View, { before, after, call }: RecordStep, previous: RecordStep | undefined): boolean =>
  faultsOn(view, call!.invoke.replica, Math.min(before!.since, previous?.call?.invoke.at ?? Infinity), after.at).some(
    ({ effect }) => effect === "clock" || effect === "stamps",
  );

/** Time in which the author did not run between its two writes, in ms: it may have stamped long before it sent. */
function idleOf(view: View, { before, after, call }: RecordStep): number {
  const [from, to] = [before!.since, after.at];
  const { invoke } = call!;
  const pauses = faultsOn(view, invoke.replica, from, to)
    .filter(({ effect }) => effect !== "none")
    .map((fault) => ({ from: Math.max(from, fault.injected), to: Math.min(to, fault.healed ?? view.end) }));
  const stalled = stallsOf(view);
  return (
    union(pauses).reduce((sum, pause) => sum + lengthOf(pause), 0) +
    stalled(incarnationKey(invoke), from, to) +
    stalled("harness", from, to)
  );
}

function renewTimeFlaw(view: View, step: RecordStep, previous: RecordStep | undefined): string | undefined {
  const [old, now] = [step.before!.record!, step.after.record!];
  const [earlier, later] = [stampOf(old.renewTime), stampOf(now.renewTime)];
  if (!later) return earlier ? `renewed the record with renewTime ${now.renewTime ?? "left out"}` : undefined;
  if (!earlier || clockTampered(view, step, previous)) return undefined;
  if (later.micros < earlier.micros)
    return `renewed the record with renewTime ${now.renewTime}, before the ${old.renewTime}`;
  if (later.micros > earlier.micros) return undefined;
  const same = old.acquireTime === now.acquireTime && old.durationSeconds === now.durationSeconds;
  if (same && old.transitions === now.transitions) return undefined; // another part of the object was written
  const apart = step.call!.invoke.at - step.before!.at - idleOf(view, step);
  return apart > Math.max(earlier.step, later.step)
    ? `renewed the record and left renewTime at ${now.renewTime}`
    : undefined;
}

/** Whether the author may have lost its term and taken it again between the two writes. */
function mayHaveRetaken(view: View, { before, after, call }: RecordStep): boolean {
  const tenures = tenuresByKey(view).get(incarnationKey(call!.invoke)) ?? [];
  if (tenures.some(({ end }) => end.at >= before!.since && end.since <= after.at)) return true;
  return after.at - before!.since >= deadlineOf(view.header.elector.timing);
}

function acquireTimeFlaw(view: View, step: RecordStep, previous: RecordStep | undefined): string | undefined {
  const [old, now] = [step.before!.record!, step.after.record!];
  if (old.acquireTime === now.acquireTime || mayHaveRetaken(view, step)) return undefined;
  if (clockTampered(view, step, previous)) return undefined;
  const [earlier, later] = [stampOf(old.acquireTime), stampOf(now.acquireTime)];
  if (earlier && later && Math.abs(earlier.micros - later.micros) < 1000 * Math.max(earlier.step, later.step))
    return undefined;
  return `renewed the record with acquireTime ${now.acquireTime ?? "left out"} in place of ${old.acquireTime ?? "none"}`;
}

/** A term that begins with its predecessor's acquireTime; stamps of whole seconds may agree by chance. */
function inheritedFlaw({ before, after }: RecordStep): string | undefined {
  const [old, now] = [before?.record, after.record!];
  if (!old?.holder || !now.holder || old.holder === now.holder || before!.fault !== undefined) return undefined;
  const stamp = stampOf(now.acquireTime);
  return stamp && stamp.step < 1000 && old.acquireTime === now.acquireTime
    ? `took the record and left acquireTime at ${now.acquireTime}, the one of ${old.holder}`
    : undefined;
}

/**
 * Renewals that leave renewTime as it was for longer than the record's duration. The API takes a write that changes
 * nothing for none, so the record's own changes do not show them; one request repeated is over within D.
 */
function frozenFlaws(view: View, steps: readonly RecordStep[]): Flaw[] {
  const byVersion = new Map(steps.map((step) => [step.after.version, step]));
  return [...commitsByIncarnation(view).values()].flatMap((commits) => {
    let first: Commit | undefined;
    for (const commit of commits) {
      const [old, now] = [first && recordOf(first), recordOf(commit)];
      if (
        !old ||
        !now?.holder ||
        now.renewTime === null ||
        old.holder !== now.holder ||
        old.renewTime !== now.renewTime
      )
        first = commit;
      else if (commit.call.invoke.at - first!.at > (now.durationSeconds ?? Infinity) * 1000) {
        const step = byVersion.get(first!.call.end?.version ?? "");
        const lasted = formatMillis(commit.call.invoke.at - first!.at);
        return step ? [{ step, text: `renewed the record for ${lasted} and left renewTime at ${now.renewTime}` }] : [];
      }
    }
    return [];
  });
}

const recordOf = ({ call: { invoke, end } }: Commit): LockRecord | undefined => end?.record ?? invoke.record;

function flawsOf(view: View, steps: readonly RecordStep[]): Flaw[] {
  const flaws: Flaw[] = frozenFlaws(view, steps);
  const last = new Map<string, RecordStep>();
  for (const step of steps) {
    const { before, after } = step;
    const previous = last.get(after.object);
    last.set(after.object, step);
    if (!after.record || after.fault !== undefined) continue;
    const texts: (string | undefined)[] = [];
    const { holder, durationSeconds } = after.record;
    if (holder && !(durationSeconds !== null && durationSeconds > 0))
      texts.push(`wrote itself into the record with the duration ${durationSeconds ?? "left out"}`);
    texts.push(transitionsFlaw(step), inheritedFlaw(step));
    if (before?.record && before.fault === undefined && isRenewal(step, previous))
      texts.push(renewTimeFlaw(view, step, previous), acquireTimeFlaw(view, step, previous));
    for (const text of texts) if (text !== undefined) flaws.push({ step, text });
  }
  return flaws;
}

const told = (record: LockRecord): string =>
  `holder ${record.holder || "nobody"}, duration ${record.durationSeconds ?? "none"}, acquired ${record.acquireTime ?? "never"}, renewed ${record.renewTime ?? "never"}, transitions ${record.transitions ?? "none"}`;

function witnessOf(view: View, { step, text }: Flaw): Witness {
  const { before, after, call } = step;
  const author = authorKey(step) ?? "somebody";
  const line = (event: typeof after) => ({
    at: event.at,
    text: `version ${event.version}, committed ${bounded(event)}: ${event.record ? told(event.record) : "the record was deleted"}`,
  });
  return {
    summary: `${author} ${text}`,
    incarnations: call ? [author] : [],
    from: before?.at ?? after.since,
    to: after.at,
    evidence: inOrder([
      ...(before ? [line(before)] : []),
      line(after),
      { at: after.at, text: `it was written by ${author}` },
      ...(call ? faultLines(view, [call.invoke.replica], { from: after.since, to: after.at }) : []),
    ]),
  };
}

export const recordWellFormed = defineProperty({
  name: "record-well-formed",
  summary: "Holder, times, duration and transitions of the record are what its holder's deeds make them.",
  judge(view) {
    const steps = recordSteps(view);
    const flaws = flawsOf(view, steps);
    const result = {
      level: "L0" as const,
      hazards: [],
      witnesses: flaws.slice(0, MOST_WITNESSES).map((flaw) => witnessOf(view, flaw)),
    };
    if (flaws.length > 0)
      return {
        ...result,
        verdict: "fail",
        direct: true,
        reason: `${result.witnesses[0]!.summary}${flaws.length > 1 ? `; ${flaws.length} such flaws in all` : ""}`,
      };
    const unknown = (reason: string) => ({ ...result, verdict: "unknown" as const, reason });
    const written = steps.filter(({ after }) => after.record && after.fault === undefined);
    if (written.length === 0) return unknown("no replica was seen to write the record");
    const named = written.filter(({ after }) => after.record!.holder);
    if (named.length === 0) return unknown("no record named a holder");
    const blind = named.filter((step) => !step.call).length;
    if (blind > 0) return unknown(`the authors of ${counted(blind, "record")} were not seen at the gates`);
    const uncounted = named.every(({ after }) => after.record!.transitions === null)
      ? "; the elector counts no transitions, so there was nothing to hold them to"
      : "";
    return { ...result, verdict: "pass", reason: `${counted(written.length, "record")}, all well formed${uncounted}` };
  },
});
