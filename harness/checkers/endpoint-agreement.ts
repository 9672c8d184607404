import { livesByKey } from "../core/contenders.ts";
import { type AnswerEvent, incarnationKey, type RecordEvent } from "../core/events.ts";
import { firstIndex } from "../core/intervals.ts";
import { namedBy } from "../core/ledger.ts";
import { defineProperty } from "../core/property.ts";
import { lockCalls } from "../core/renewals.ts";
import { boundOf } from "../core/scenario.ts";
import { stallsOf } from "../core/stalls.ts";
import { formatMillis, millis } from "../core/time.ts";
import { replyTimeOf } from "../core/trouble.ts";
import type { Witness } from "../core/verdict.ts";
import { perView, type View } from "../core/view.ts";
import { blindness } from "./blindness.ts";
import { bounded, counted, faultLines, inOrder, instant, MOST_WITNESSES } from "./evidence.ts";

/** Endpoints that name a leader ("" for nobody), as opposed to those that say only whether they lead. */
const naming = perView((view) => view.answers.some((answer) => answer.names !== undefined));

/** The record with the time in which it stood, by the bounds that favour whoever read it. */
type Standing = { readonly from: number; readonly to: number; readonly event: RecordEvent | undefined };

const standings = perView((view): readonly Standing[] => {
  const { records } = view;
  const first: Standing = { from: -Infinity, to: records[0]?.at ?? Infinity, event: undefined };
  return [
    first,
    ...records.map((event, index) => ({ from: event.since, to: records[index + 1]?.at ?? Infinity, event })),
  ];
});

/** Whether a record that stood until `to` bears the answer out; one that has expired may also be taken for nobody's. */
function bears(view: View, answer: AnswerEvent, { event }: Standing, to: number): boolean {
  const holder = event?.record?.holder;
  const duration = event?.record?.durationSeconds;
  const named = event && namedBy(view, event);
  // Who writes an identity of another name into the record may go by its own at its endpoint.
  if (answer.names !== undefined) return answer.names === holder || named?.has(answer.names) === true;
  const mine = named?.has(answer.replica) === true;
  if (answer.leading) return mine;
  const vacant = !holder || (typeof duration === "number" && event!.since + duration * 1000 <= to);
  return vacant || (!naming(view) && !mine);
}

/** Whether the answer agrees with the record of some instant in [from, its reply]. */
function agreesSince(view: View, answer: AnswerEvent, from: number): boolean {
  const all = standings(view);
  for (let i = firstIndex(all.length, (index) => all[index]!.to >= from); i < all.length; i += 1) {
    if (all[i]!.from > answer.at) return false;
    if (bears(view, answer, all[i]!, Math.min(all[i]!.to, answer.at))) return true;
  }
  return false;
}

/**
 * Since when an answer that names a leader disagrees with the record, not before `from`: unlike a denial, which a leader
 * that steps down owes before its record expires, it may lag behind the record and never be ahead of it.
 */
function contrarySince(view: View, answer: AnswerEvent, from: number): number {
  const all = standings(view);
  for (let i = firstIndex(all.length, (index) => all[index]!.from > answer.at) - 1; i >= 0; i -= 1) {
    const { to } = all[i]!;
    if (to <= from) break;
    if (bears(view, answer, all[i]!, to)) return to;
  }
  return from;
}

/** An answer that cannot be excused, the first in a row that disagreed, and since when they did for certain. */
type Disagreement = { readonly first: AnswerEvent; readonly last: AnswerEvent; readonly since: number };

/** Why a disagreement that lasted longer than the bound convicts nobody. */
type Doubt = { readonly lasted: number; readonly why: string };

/** What one incarnation's answers show. `judged`: some agreed where they need not have, or could have been convicted. */
type Heard = {
  readonly found?: Disagreement;
  readonly doubt?: Doubt;
  readonly longest: number;
  readonly judged: boolean;
};

/**
 * The first disagreement of one incarnation that lasted longer than the bound and what stalls put it off by, the longest
 * that is in doubt, and the longest time of any, in ms.
 */
function heardOf(view: View, answers: readonly AnswerEvent[], bound: number): Heard {
  const { retryPeriod } = view.header.elector.timing;
  const key = incarnationKey(answers[0]!);
  const stalled = (from: number, to: number) => stallsOf(view)(key, from, to) + stallsOf(view)("harness", from, to);
  const retired = livesByKey(view).get(key)?.terminating ?? Infinity;
  /** Since when it can know the record: its first look at the lock, its first answer, or the end of what blinded it. */
  let seeing: number = Math.min(lockCalls(view).get(key)?.[0]?.invoke.at ?? Infinity, answers[0]!.at);
  let previous = Math.min(seeing, answers[0]!.asked);
  /** The first of those that disagreed in a row, and of those between which there was no time to agree. */
  let [first, dense]: [AnswerEvent | undefined, AnswerEvent | undefined] = [undefined, undefined];
  let [longest, judged] = [0, false];
  let doubt: Doubt | undefined;
  const doubted = (lasted: number, why: string) => {
    if (lasted > (doubt?.lasted ?? 0)) doubt = { lasted, why: `${key} ${why}` };
  };
  for (const answer of answers) {
    if (answer.at > retired) break; // on its way out nothing obliges it to follow the record
    // What it could not know is not held against it, and between two answers a leader may have led and lost again.
    const blind = blindness(view)(answer.replica, previous, answer.at);
    if (blind) [seeing, first] = [answer.at, undefined];
    if (blind || (answer !== answers[0] && answer.asked - previous > retryPeriod)) dense = undefined;
    previous = answer.at;
    if (agreesSince(view, answer, answer.asked)) {
      [first, dense] = [undefined, undefined];
      judged ||= !blind;
      continue;
    }
    first ??= answer;
    dense ??= answer;
    const leader = answer.leading || answer.names !== undefined;
    const since = leader ? contrarySince(view, answer, seeing) : dense.at;
    const lasted = answer.asked - since;
    longest = Math.max(longest, lasted);
    if (lasted <= bound) {
      if (leader) judged ||= answer.asked - seeing > bound + stalled(seeing, answer.at);
      else if (answer.asked - first.at > bound && !agreesSince(view, answer, answer.asked - bound))
        doubted(answer.asked - first.at, "was asked too seldom to tell whether it disagreed all the while");
      continue;
    }
    if (agreesSince(view, answer, answer.asked - bound)) continue;
    const stalls = stalled(since, answer.at);
    if (lasted > bound + stalls && !agreesSince(view, answer, answer.asked - bound - stalls))
      return { found: { first, last: answer, since }, longest, judged: true };
    doubted(lasted, `was measured to stall, or the harness, for ${formatMillis(stalls)}`);
  }
  return { longest, judged, ...(doubt ? { doubt } : {}) };
}

function saying(view: View, { names, leading }: AnswerEvent): string {
  if (names !== undefined) return `named ${names}`;
  return naming(view) && !leading ? "named nobody" : `said that it ${leading ? "leads" : "does not lead"}`;
}

function witnessOf(view: View, { first, last, since }: Disagreement, bound: number): Witness {
  const key = incarnationKey(last);
  const stood = view.records.findLast((event) => event.at <= last.asked);
  const holder = stood?.record?.holder || "nobody";
  return {
    summary: `${key} ${saying(view, last)} at ${instant(last.at)}, and the record ${holder}; they had disagreed for ${formatMillis(last.asked - since)}, the bound is ${formatMillis(bound)}`,
    incarnations: [key],
    from: millis(since),
    to: last.asked,
    evidence: inOrder([
      { at: millis(since), text: `from ${instant(since)} on ${key} could know that no record bears that out` },
      ...(first === last ? [] : [{ at: first.at, text: `${key} ${saying(view, first)} at ${instant(first.at)}` }]),
      { at: last.at, text: `${key}, asked at ${instant(last.asked)}, ${saying(view, last)}` },
      stood
        ? { at: stood.at, text: `version ${stood.version} of the record named ${holder}, committed ${bounded(stood)}` }
        : { at: millis(last.asked), text: `no record stood at ${instant(last.asked)}` },
      ...faultLines(view, [last.replica], { from: since, to: last.at }),
    ]),
  };
}

export const endpointAgreement = defineProperty({
  name: "endpoint-agreement",
  summary: "What a replica's endpoint says of the leader agrees with the record within the elector's bound.",
  inapplicable({ answers, header: { elector } }) {
    const declared = elector.observe === "http" || elector.observe === "metrics";
    return declared || answers.length > 0 ? undefined : "the elector declares no endpoint";
  },
  judge(view) {
    const { profile, timing } = view.header.elector;
    const none = { level: "L1" as const, witnesses: [], hazards: [] };
    const unknown = (reason: string) => ({ ...none, verdict: "unknown" as const, reason });
    if (view.answers.length === 0) return unknown("no endpoint ever answered");
    if (view.records.length === 0) return unknown("the record was not observed, so no answer could be held against it");
    const reply = replyTimeOf(view);
    const bound = boundOf(profile.takeover, timing, reply) + reply;
    const heard = [...Map.groupBy(view.answers, incarnationKey).values()].map((answers) =>
      heardOf(view, answers, bound),
    );
    const found = heard.flatMap((each) => each.found ?? []);
    const witnesses = found.slice(0, MOST_WITNESSES).map((each) => witnessOf(view, each, bound));
    if (found.length > 0) return { ...none, verdict: "fail", direct: true, reason: witnesses[0]!.summary, witnesses };
    const doubt = heard.flatMap((each) => each.doubt ?? [])[0];
    if (doubt !== undefined)
      return unknown(
        `the record was contradicted for ${formatMillis(doubt.lasted)}, where the bound is ${formatMillis(bound)}, but ${doubt.why}`,
      );
    if (!heard.some((each) => each.judged))
      return unknown(
        `none of ${counted(view.answers.length, "answer")} could be judged: none agreed with the record where the replica could know it, and none came a bound of ${formatMillis(bound)} after it could`,
      );
    const longest = heard.reduce((most, each) => Math.max(most, each.longest), 0);
    return {
      ...none,
      verdict: "pass",
      reason: `${counted(view.answers.length, "answer")}; the longest certain disagreement with the record was ${formatMillis(longest)}`,
    };
  },
});
