import { livesByKey } from "../core/contenders.ts";
import { type AnswerEvent, type FaultEffect, incarnationKey, type RecordEvent } from "../core/events.ts";
import { firstIndex, indexIntervals } from "../core/intervals.ts";
import { namedBy } from "../core/ledger.ts";
import { defineProperty } from "../core/property.ts";
import { boundOf } from "../core/scenario.ts";
import { stallsOf } from "../core/stalls.ts";
import { formatMillis, millis } from "../core/time.ts";
import { silentUntil } from "../core/transit.ts";
import { replyTimeOf, troublesOf } from "../core/trouble.ts";
import type { Witness } from "../core/verdict.ts";
import { perView, type View } from "../core/view.ts";
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
  const vacant = !holder || (typeof duration === "number" && event!.since + duration * 1000 <= to);
  if (naming(view)) return answer.names === undefined ? vacant && !answer.leading : answer.names === holder;
  const mine = event !== undefined && namedBy(view, event).has(answer.replica);
  return answer.leading ? mine : !mine || vacant;
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

const blinding: ReadonlySet<FaultEffect> = new Set(["pause", "cut", "delay", "clock", "stamps", "api"]);

/** When a replica could not know the record, or nobody could: faults, an API in trouble, records that the harness wrote. */
const blindness = perView((view) => {
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
    (troublesOf(view).get(replica)?.(from, to) ?? []).length > 0;
});

/** Answers in a row that all disagreed with the record of their own time, up to the one that cannot be excused. */
type Disagreement = { readonly first: AnswerEvent; readonly last: AnswerEvent; readonly longest: number };

/** One that lasted longer than the bound, though not longer than bound and stalls together, all in ms. */
type Excused = { readonly key: string; readonly lasted: number; readonly stalls: number };

/**
 * The first disagreement of one incarnation that lasted longer than the bound and what stalls put it off by, the longest
 * that only stalls excuse, and the longest time of any, in ms.
 */
function disagreementOf(view: View, answers: readonly AnswerEvent[], bound: number) {
  const { retryPeriod } = view.header.elector.timing;
  const key = incarnationKey(answers[0]!);
  const stalled = stallsOf(view);
  const retired = livesByKey(view).get(key)?.terminating ?? Infinity;
  let [first, previous]: [AnswerEvent | undefined, AnswerEvent | undefined] = [undefined, undefined];
  let longest = 0;
  let excused: Excused | undefined;
  for (const answer of answers) {
    if (answer.at > retired) break; // on its way out nothing obliges it to follow the record
    // What was not asked proves nothing, and what it could not know is not held against it.
    const unasked = previous !== undefined && answer.asked - previous.at > retryPeriod;
    if (unasked || blindness(view)(answer.replica, previous?.at ?? answer.asked, answer.at)) first = undefined;
    previous = answer;
    if (agreesSince(view, answer, answer.asked)) {
      first = undefined;
      continue;
    }
    first ??= answer;
    const lasted = answer.asked - first.at;
    longest = Math.max(longest, lasted);
    if (lasted <= bound || agreesSince(view, answer, answer.asked - bound)) continue;
    const stalls = stalled(key, first.asked, answer.at) + stalled("harness", first.asked, answer.at);
    if (lasted > bound + stalls && !agreesSince(view, answer, answer.asked - bound - stalls))
      return { found: { first, last: answer, longest }, excused, longest };
    if (lasted > (excused?.lasted ?? 0)) excused = { key, lasted, stalls };
  }
  return { found: undefined, excused, longest };
}

const saying = (view: View, answer: AnswerEvent): string =>
  naming(view) ? `named ${answer.names ?? "nobody"}` : `said that it ${answer.leading ? "leads" : "does not lead"}`;

function witnessOf(view: View, { first, last }: Disagreement, bound: number): Witness {
  const key = incarnationKey(last);
  const stood = view.records.findLast((event) => event.at <= last.asked);
  const holder = stood?.record?.holder || "nobody";
  return {
    summary: `${key} ${saying(view, last)} at ${instant(last.at)}, and the record ${holder}; they had disagreed for ${formatMillis(last.asked - first.at)}, the bound is ${formatMillis(bound)}`,
    incarnations: [key],
    from: first.at,
    to: last.asked,
    evidence: inOrder([
      { at: first.at, text: `${key} ${saying(view, first)} at ${instant(first.at)}` },
      { at: last.at, text: `${key}, asked at ${instant(last.asked)}, still ${saying(view, last)}` },
      stood
        ? { at: stood.at, text: `version ${stood.version} of the record named ${holder}, committed ${bounded(stood)}` }
        : { at: millis(last.asked), text: `no record stood at ${instant(last.asked)}` },
      ...faultLines(view, [last.replica], { from: first.at, to: last.at }),
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
    if (view.answers.length === 0) return { ...none, verdict: "unknown", reason: "no endpoint ever answered" };
    if (view.records.length === 0)
      return {
        ...none,
        verdict: "unknown",
        reason: "the record was not observed, so no answer could be held against it",
      };
    const reply = replyTimeOf(view);
    const bound = boundOf(profile.takeover, timing, reply) + reply;
    const judged = [...Map.groupBy(view.answers, incarnationKey).values()].map((answers) =>
      disagreementOf(view, answers, bound),
    );
    const found = judged.flatMap((each) => each.found ?? []);
    const witnesses = found.slice(0, MOST_WITNESSES).map((each) => witnessOf(view, each, bound));
    if (found.length > 0) return { ...none, verdict: "fail", direct: true, reason: witnesses[0]!.summary, witnesses };
    const excused = judged.flatMap((each) => each.excused ?? [])[0];
    if (excused !== undefined)
      return {
        ...none,
        verdict: "unknown",
        reason: `${excused.key} disagreed with the record for ${formatMillis(excused.lasted)}, where the bound is ${formatMillis(bound)}, but stalls of ${formatMillis(excused.stalls)} were measured`,
      };
    const longest = judged.reduce((most, each) => Math.max(most, each.longest), 0);
    return {
      ...none,
      verdict: "pass",
      reason: `${counted(view.answers.length, "answer")}; the longest certain disagreement with the record was ${formatMillis(longest)}`,
    };
  },
});
