import { ordered } from "../core/columns.ts";
import { firstCallOf, livesWithin, retiredAt } from "../core/contenders.ts";
import { faultsOn } from "../core/contract.ts";
import { elsewhereOf } from "../core/elsewhere.ts";
import { firstIndex, type Interval, lengthOf, union, without } from "../core/intervals.ts";
import { defineProperty } from "../core/property.ts";
import { lockCalls } from "../core/renewals.ts";
import { boundOf } from "../core/scenario.ts";
import { setbacksOf } from "../core/setbacks.ts";
import { stallsOf } from "../core/stalls.ts";
import { termsOf } from "../core/terms.ts";
import { formatMillis } from "../core/time.ts";
import { silentUntil } from "../core/transit.ts";
import { electionTroubles, replyTimeOf } from "../core/trouble.ts";
import type { Witness } from "../core/verdict.ts";
import { perView, type Life, type Tenure, type View } from "../core/view.ts";
import {
  asMillis,
  counted,
  faultLines,
  inOrder,
  instant,
  MOST_WITNESSES,
  recordLine,
  statementLevel,
} from "./evidence.ts";

/** A process that never called the API is granted this many bounds to start: nothing tells when it was ready. */
const SILENT_START = 2;

/** An instant's own length where it splits a stretch: the history's precision, in ms. */
const INSTANT = 0.001;

const boundFor = perView((view): number => {
  const { profile, timing } = view.header.elector;
  return boundOf(profile.takeover, timing, replyTimeOf(view));
});

/** A tenure that a gap may hide, or the end of: how long it was nobody knows. */
const isUnseen = (tenure: Tenure): boolean => tenure.possible === true || tenure.ending === "gap";

/**
 * The longest time (ms) in which nobody can have led, from the first process to the end, and all longer than `least`; or
 * in which nobody was `seen` to lead.
 */
function leaderless(view: View, least: number, seen?: "seen") {
  const long: Interval[] = [];
  let longest = 0;
  let from: number = view.lives[0]?.started ?? view.end;
  const all = ordered(seen ? termsOf(view) : view.tenures, (tenure) => tenure.start.since);
  for (let index = 0; index <= all.length; index += 1) {
    const next = all[index];
    const last = next === undefined || next.start.since >= view.end;
    if (!last && next.start.since >= next.end.at) continue; // contradictory: no time at all
    const to = last ? view.end : next.start.since;
    if (to - from > least) long.push({ from, to });
    longest = Math.max(longest, to - from);
    if (last) break;
    from = Math.max(from, seen && isUnseen(next) ? next.end.since : next.end.at);
  }
  return { longest, long };
}

/** The longest undisturbed time that one life had to take the lead within a stretch. */
function longestChance(view: View, life: Life, stretch: Interval): Interval {
  const called = firstCallOf(view, life);
  const from = called === Infinity ? life.started + (SILENT_START - 1) * boundFor(view) : called;
  const whole = { from: Math.max(stretch.from, from), to: Math.min(stretch.to, retiredAt(life)) };
  const faults = faultsOn(view, life.replica, whole.from, whole.to)
    .filter((fault) => fault.effect !== "none" && fault.effect !== "end")
    .map((fault) => ({
      from: fault.injected as number,
      to: silentUntil(view, life.replica, fault.healed ?? view.end),
    }));
  faults.push({ from: whole.from, to: silentUntil(view, life.replica, whole.from) });
  // An API in trouble of its own is not healthy until the retry after it.
  for (const { invoke, end } of electionTroubles(view, life.replica, whole.from, whole.to))
    faults.push({ from: invoke.at, to: (end?.at ?? view.end) + view.header.elector.timing.retryPeriod });
  const setbacks = setbacksOf(view);
  for (let i = firstIndex(setbacks.length, (at) => setbacks[at]! > whole.from); i < setbacks.length; i += 1) {
    if (setbacks[i]! >= whole.to) break;
    faults.push({ from: setbacks[i]!, to: setbacks[i]! + INSTANT });
  }
  return without(whole, union(faults)).reduce((best, part) => (lengthOf(part) > lengthOf(best) ? part : best), {
    from: whole.from,
    to: whole.from,
  });
}

type Missed = { readonly life: Life; readonly chance: Interval; readonly stretch: Interval };

/** The life that had the most time to lead in a leaderless stretch, where that was more than the bound and the stalls. */
function missedIn(view: View, stretch: Interval): Missed | undefined {
  let worst: Missed | undefined;
  for (const life of livesWithin(view)(stretch.from, stretch.to)) {
    const chance = longestChance(view, life, stretch);
    const stalls = stallsOf(view)(life.key, chance.from, chance.to) + stallsOf(view)("harness", chance.from, chance.to);
    if (lengthOf(chance) <= boundFor(view) + stalls) continue;
    if (!worst || lengthOf(chance) > lengthOf(worst.chance)) worst = { life, chance, stretch };
  }
  return worst;
}

/** Why it stays open that somebody always led: a gap lasted for so long that it may hide a leader, or that none stood. */
function unseenIn(view: View): string | undefined {
  if (!view.tenures.some(isUnseen)) return undefined;
  for (const stretch of leaderless(view, boundFor(view), "seen").long) {
    const missed = missedIn(view, stretch);
    const unseen = view.tenures.find(
      (each) => isUnseen(each) && each.start.since < stretch.to && each.end.at > stretch.from,
    );
    if (missed && unseen)
      return `nobody was seen to lead for ${formatMillis(lengthOf(stretch))} from ${instant(stretch.from)}, though ${missed.life.key} could have: a gap in ${unseen.key}'s observation may hide who did`;
  }
  return undefined;
}

function witnessOf(view: View, { life, chance, stretch }: Missed): Witness {
  const lives = livesWithin(view)(stretch.from, stretch.to);
  const called = firstCallOf(view, life);
  return {
    summary: `nobody led for ${formatMillis(lengthOf(stretch))} from ${instant(stretch.from)}, though ${life.key} could have: the bound is ${formatMillis(boundFor(view))}`,
    incarnations: lives.slice(0, MOST_WITNESSES).map((each) => each.key),
    ...asMillis(stretch),
    evidence: inOrder([
      {
        at: life.started,
        text: `${life.key} was started at ${instant(life.started)} and ${called === Infinity ? "never called the API" : `first called the API at ${instant(called)}`}`,
      },
      recordLine(view, life.replica, chance.to),
      ...faultLines(view, [life.replica], stretch),
      ...asEnd(chance, life),
    ]),
  };
}

const asEnd = (chance: Interval, life: Life) => [
  {
    at: asMillis(chance).to,
    text: `${life.key} was undisturbed from ${instant(chance.from)} to ${instant(chance.to)} and did not lead`,
  },
];

/** `demo-1#1 exited with status 1`, for each that ended, at most five. */
function exitsOf(view: View): string {
  const exits = view.lives
    .filter((life) => life.exited)
    .slice(0, 5)
    .map((life) => `${life.key} exited with ${life.exited!.signal ?? `status ${life.exited!.code}`}`);
  return exits.length > 0 ? `: ${exits.join(", ")}` : "";
}

/** How often the API refused calls of the lock to whom it knew: permissions that are missing. */
function refusalsOf(view: View): string {
  const calls = [...lockCalls(view).values()].flat();
  const refused = calls.filter(({ end }) => end?.status === 403 && end.fault === undefined).length;
  return refused === 0 ? "" : `; the API refused ${refused} of ${calls.length} calls of the lock (403 Forbidden)`;
}

export const aLeaderEmerges = defineProperty({
  name: "a-leader-emerges",
  summary: "While a contender lives and reaches the API for as long as the bound, somebody leads.",
  judge(view) {
    const level = statementLevel(view);
    const unknown = (reason: string) => ({ level, verdict: "unknown" as const, reason, witnesses: [], hazards: [] });
    if (level === "L0") return unknown("only the record was observed, and it does not tell who leads");
    const silent = termsOf(view).length === 0;
    const named = view.records.findLast((event) => event.record?.holder);
    if (silent && named)
      return unknown(
        `the record named ${named.record!.holder}, but no replica ever said that it leads: the observation channel is silent`,
      );
    const elsewhere = elsewhereOf(view);
    if (silent && elsewhere !== undefined) return unknown(elsewhere);
    const bound = boundFor(view);
    const { longest, long } = leaderless(view, bound);
    const missed = long.flatMap((stretch) => missedIn(view, stretch) ?? []);
    const witnesses = missed.slice(0, MOST_WITNESSES).map((each) => witnessOf(view, each));
    if (missed.length > 0) return { level, verdict: "fail", reason: witnesses[0]!.summary, witnesses, hazards: [] };
    if (silent)
      return unknown(
        `no replica lived and reached the API for as long as the bound of ${formatMillis(bound)}${exitsOf(view)}${refusalsOf(view)}`,
      );
    const unseen = unseenIn(view);
    if (unseen !== undefined) return unknown(unseen);
    return {
      level,
      verdict: "pass",
      reason: `${counted(termsOf(view).length, "term")}; the longest time without a leader was ${formatMillis(longest)}`,
      witnesses,
      hazards: [],
    };
  },
});
