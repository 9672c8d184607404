import { excuseOfBoth, type Side } from "../core/contract.ts";
import { type ActEvent, incarnationKey, type RecordEvent } from "../core/events.ts";
import { firstIndex, lengthOf } from "../core/intervals.ts";
import { commitsByIncarnation, namedBy } from "../core/ledger.ts";
import { defineProperty } from "../core/property.ts";
import { stallsOf } from "../core/stalls.ts";
import { tenuresByKey } from "../core/terms.ts";
import { formatMillis, millis } from "../core/time.ts";
import { mayBeLate } from "../core/transit.ts";
import type { Hazard, Witness } from "../core/verdict.ts";
import { perView, type Tenure, type View } from "../core/view.ts";
import { EPSILON } from "./at-most-one-leader.ts";
import {
  bounded,
  claimLine,
  counted,
  endLine,
  extent,
  faultLines,
  inOrder,
  MOST_WITNESSES,
  recordLine,
} from "./evidence.ts";
import { shortfallOf } from "./shortfall.ts";
import { withoutActs } from "./without-acts.ts";

const NAME = "at-most-one-effect";

/** What an act may take on the loopback from its sender to the witness, beyond its bounds and stalls, in ms. */
export const FLIGHT = 5;

/** The acts of one incarnation in one term: between two of its claims. */
type Term = {
  readonly key: string;
  readonly replica: string;
  readonly tenure: Tenure | undefined;
  readonly first: ActEvent;
  /** Accepted ones, in the witness's order. */
  readonly acts: ActEvent[];
};

const lastOf = ({ acts }: Term): ActEvent => acts.at(-1)!;

/** When new terms of an incarnation can have begun: its claims (hidden ones too), else the records that newly named it. */
function beginningsOf(view: View, key: string, replica: string): readonly Beginning[] {
  const own = tenuresByKey(view).get(key);
  if (own) return own.map((tenure) => ({ since: tenure.start.since, ...(tenure.possible ? {} : { tenure }) }));
  return view.records.flatMap((event, index) => {
    const before = view.records[index - 1];
    return namedBy(view, event).has(replica) && !(before && namedBy(view, before).has(replica))
      ? [{ since: event.since }]
      : [];
  });
}

type Beginning = { readonly since: number; readonly tenure?: Tenure };

/** Accepted acts joined to terms, in the order of their first acts, and each act's term. A re-election begins a new term. */
function termsOf(view: View): { readonly terms: readonly Term[]; readonly byAct: readonly (Term | undefined)[] } {
  const beginnings = new Map<string, readonly Beginning[]>();
  const terms: Term[] = [];
  const byAct: (Term | undefined)[] = [];
  const current = new Map<string, { readonly ordinal: number; readonly term: Term }>();
  for (const act of view.acts) {
    if (!act.accepted) {
      byAct.push(undefined);
      continue;
    }
    const key = incarnationKey(act);
    const own = beginnings.get(key) ?? beginningsOf(view, key, act.replica);
    beginnings.set(key, own);
    const ordinal = firstIndex(own.length, (index) => own[index]!.since > act.at);
    const known = current.get(key);
    if (known && known.ordinal >= ordinal) {
      known.term.acts.push(act);
      byAct.push(known.term);
    } else {
      const term: Term = { key, replica: act.replica, tenure: own[ordinal - 1]?.tenure, first: act, acts: [act] };
      current.set(key, { ordinal, term });
      terms.push(term);
      byAct.push(term);
    }
  }
  return { terms, byAct };
}

const sideOf = (term: Term): Side => ({
  key: term.key,
  replica: term.replica,
  start: { since: millis(Math.min(term.first.since, term.tenure?.start.since ?? Infinity)) },
});

const actLine = (act: ActEvent, note: string) => ({
  at: act.at,
  text:
    act.what === undefined
      ? `${note} of ${incarnationKey(act)}${act.token === undefined ? "" : ` with token ${act.token}`} reached the witness ${bounded(act)}`
      : `${note} of ${incarnationKey(act)}, ${act.what}, was asked for and committed ${bounded(act)}`,
});

/** Overlapping work: `first` went on acting after `second` had begun, and both acted until `until`. */
type Clash = {
  readonly first: Term;
  readonly second: Term;
  readonly begun: ActEvent;
  readonly after: ActEvent;
  readonly until: ActEvent;
  readonly tokens: boolean;
};

function witnessOf(view: View, { first, second, begun, after, until, tokens }: Clash): Witness {
  const least = Math.max(0, until.since - begun.at);
  const most = Math.max(0, until.at - begun.since);
  const what = tokens
    ? `${second.key} had an act accepted with token ${begun.token}, and ${first.key} one with the lower token ${after.token} ${formatMillis(after.at - begun.at)} later`
    : until === after
      ? `${first.key} went on acting for ${extent(least, most)} after ${second.key} had begun`
      : `${second.key} acted for ${extent(least, most)} in the middle of the work of ${first.key}`;
  const lines = [first, second].flatMap(({ tenure }) => (tenure ? [claimLine(tenure)] : []));
  return {
    summary: what,
    incarnations: [first.key, second.key],
    overlap: { least, most },
    from: begun.at,
    to: until.at,
    evidence: inOrder([
      ...lines,
      actLine(begun, tokens ? "an act" : "the first act"),
      actLine(after, "a later act"),
      recordLine(view, first.replica, begun.at),
      ...(first.tenure ? [endLine(first.tenure)] : []),
      ...faultLines(view, [first.replica, second.replica], { from: begun.at, to: after.at }),
    ]),
  };
}

/** Whether the last write by which the term can have taken the record was committed before an instant. */
function tookBefore(view: View, { key, first }: Term, time: number): boolean {
  const commits = commitsByIncarnation(view).get(key) ?? [];
  const last = commits[firstIndex(commits.length, (index) => commits[index]!.since > first.at) - 1];
  return last !== undefined && last.at < time;
}

/**
 * Records by which the harness set the count of terms back: one cleared or deleted, or with fewer transitions than the
 * last. Tokens of before and after have no order. Who declares fencing keeps a count of its own.
 */
const resetsOf = perView((view): readonly RecordEvent[] => {
  if (view.header.elector.fencing) return [];
  const before = new Map<string, number>();
  return view.records.filter(({ object, record, fault }) => {
    const [last, now] = [before.get(object) ?? 0, record?.transitions ?? 0];
    before.set(object, now);
    return fault !== undefined && (!record || now < last);
  });
});

/** Whether a term's tokens are of the count before a reset: it began before, or took the record before. */
const isOfOldCount = (view: View, term: Term, reset: RecordEvent): boolean =>
  term.first.since < reset.at || tookBefore(view, term, reset.at);

/** Whether the tokens of two terms have an order by an instant, which the rule of tokens then judges. */
const haveOrder = (view: View, [a, b]: readonly [Term, Term], time: number): boolean =>
  !resetsOf(view).some(
    (reset) => reset.since <= time && (isOfOldCount(view, a, reset) || isOfOldCount(view, b, reset)),
  );

/** Acts whose token is lower than one accepted before: one clash for each stretch of them. */
function tokenClashes(view: View, byAct: readonly (Term | undefined)[]): Clash[] {
  const clashes = new Map<Term, Clash>();
  let [highest, holder]: [ActEvent | undefined, Term | undefined] = [undefined, undefined];
  const resets = resetsOf(view);
  let next = 0;
  for (const [index, act] of view.acts.entries()) {
    const term = byAct[index];
    if (!term || act.token === undefined) continue;
    for (; next < resets.length && resets[next]!.since <= act.at; next += 1) highest = undefined;
    if (next > 0 && isOfOldCount(view, term, resets[next - 1]!)) continue;
    if (highest?.token !== undefined && act.token < highest.token) {
      // What the network held back was sent before; who declares fencing has the witness refuse it.
      if (!view.header.elector.fencing && mayBeLate(view, act)) continue;
      const { begun, second } = clashes.get(term) ?? { begun: highest, second: holder! };
      clashes.set(term, { first: term, second, begun, after: act, until: act, tokens: true });
    } else if (highest?.token === undefined || act.token > highest.token) [highest, holder] = [act, term];
  }
  return [...clashes.values()];
}

/** p–q–p: terms of two incarnations whose acts interleave for longer than ε and the flight measured around them. */
function interleavings(view: View, terms: readonly Term[]): Clash[] {
  const stalled = stallsOf(view);
  const clashes: Clash[] = [];
  let active: Term[] = [];
  for (const second of terms) {
    active = active.filter((term) => lastOf(term).at > second.first.at);
    for (const first of active) {
      if (first.key === second.key) continue;
      const begun = second.first;
      /** Too late for its flight and for what stalled until it came; a stall after it excuses nothing. */
      const interleaves = (act: ActEvent): boolean => {
        if (act.at <= begun.at) return false;
        // Different tokens have an order of their own, and need no flight time.
        const told = begun.token !== undefined && act.token !== undefined && begun.token !== act.token;
        if (told && haveOrder(view, [first, second], act.at)) return false;
        const around = [begun.since - FLIGHT, act.at] as const;
        const flight = FLIGHT + (begun.at - begun.since) + (act.at - act.since);
        const stalls = stalled(first.key, ...around) + stalled("harness", ...around);
        return act.at - begun.at > EPSILON + flight + stalls;
      };
      const after = first.acts.findLast(interleaves);
      if (after === undefined) continue;
      // A term that began inside this one and ended first is interleaved for as long as it acted, and no longer.
      const until = lastOf(second).at < after.at ? lastOf(second) : after;
      clashes.push({ first, second, begun, after, until, tokens: false });
    }
    active.push(second);
  }
  return clashes;
}

export const atMostOneEffect = defineProperty({
  name: NAME,
  summary: "Guarded work of two incarnations never overlaps at the witness, and fencing tokens never decrease.",
  inapplicable: withoutActs,
  judge(view) {
    const { terms, byAct } = termsOf(view);
    if (terms.length === 0)
      return { verdict: "unknown", level: "L3", reason: "no act reached the witness", witnesses: [], hazards: [] };
    const tokened = view.acts.some((act) => act.token !== undefined);
    const clashes = [...(tokened ? tokenClashes(view, byAct) : []), ...interleavings(view, terms)];
    const failures: Witness[] = [];
    const hazards: Hazard[] = [];
    for (const clash of clashes) {
      const span = { from: clash.begun.at, to: clash.until.at };
      // Who fences its work sends a token with every act: one without is as good as one with the lowest.
      const untold = clash.begun.token === undefined || clash.after.token === undefined;
      const fenced = view.header.elector.fencing && (clash.tokens || untold);
      const excuse = fenced
        ? undefined
        : excuseOfBoth(
            view,
            sideOf(clash.first),
            sideOf(clash.second),
            span,
            FLIGHT + lengthOf({ from: clash.until.since, to: clash.until.at }),
          );
      if (excuse) hazards.push({ ...witnessOf(view, clash), property: NAME, cause: excuse.cause });
      else failures.push(witnessOf(view, clash));
    }
    const result = { level: "L3" as const, hazards, witnesses: failures.slice(0, MOST_WITNESSES) };
    if (failures.length > 0) return { ...result, verdict: "fail", reason: failures[0]!.summary };
    const shortfall = shortfallOf(view);
    if (shortfall) return { ...result, verdict: "unknown", reason: shortfall };
    const actors = new Set(terms.map((term) => term.key)).size;
    if (view.header.minimum.takeovers > 0 && actors < 2)
      return {
        ...result,
        verdict: "unknown",
        reason: `only ${terms[0]!.key} ever acted, so no handover of work was seen`,
      };
    const count = view.acts.reduce((sum, act) => sum + (act.accepted ? 1 : 0), 0);
    const excused = hazards.length > 0 ? `overlapped only in ${counted(hazards.length, "hazard")}` : "never overlapped";
    return {
      ...result,
      verdict: "pass",
      reason: `${counted(count, "act")} of ${counted(actors, "incarnation")} ${excused}`,
    };
  },
});
