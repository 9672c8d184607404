import type { Observe } from "./elector.ts";
import type { AnswerEvent, GapEvent, StatementEvent } from "./events.ts";
import { firstIndex, type Interval } from "./intervals.ts";
import type { Bounds, Millis } from "./time.ts";
import type { Life, Tenure, View } from "./view.ts";

/** All that was seen of one incarnation's belief, each list in time order. */
export type Sightings = {
  readonly observe: Observe["via"];
  readonly life: Life;
  readonly statements: readonly StatementEvent[];
  readonly answers: readonly AnswerEvent[];
  readonly gaps: readonly GapEvent[];
  /** Its first call at its gate; undefined when no gate saw it call. */
  readonly firstCall?: Millis;
  /** Its first write at its gate. */
  readonly firstWrite?: Millis;
  /** When SIGTERM can have been sent to it first; undefined when it was not. */
  readonly told?: Millis;
  /** The end of the observation; what happened after `since` may not have been read any more. */
  readonly end: Bounds;
};

type Unpaired = View["unpaired"][number];
type Reading = { readonly tenures: Tenure[]; readonly unpaired: Unpaired[] };

/** Certain belief: [start.at, end.since]. */
export const coreOf = (tenure: Tenure): Interval => ({ from: tenure.start.at, to: tenure.end.since });
/** Possible belief: [start.since, end.at]. */
export const hullOf = (tenure: Tenure): Interval => ({ from: tenure.start.since, to: tenure.end.at });

/** Bounds that no truth fits: the observer erred, and nothing may be concluded from them. */
export const isContradictory = ({ start, end }: Tenure): boolean =>
  start.since > start.at || end.since > end.at || start.since > end.at;

const later = (a: Millis, b: Millis): Millis => (a > b ? a : b);
const earlier = (a: Millis, b: Millis): Millis => (a < b ? a : b);

function tenureOf(life: Life, start: Bounds, end: Bounds, ending: Tenure["ending"], token?: number): Tenure {
  const { replica, incarnation, key } = life;
  const tenure = { replica, incarnation, key, start, end, ending };
  return token === undefined ? tenure : { ...tenure, token };
}

/** A tenure that a gap may hide: nothing of it is certain. */
const hidden = (life: Life, since: Millis, at: Millis): Tenure => ({
  ...tenureOf(life, { since, at }, { since, at }, "gap"),
  possible: true,
});

/** Where observation of the incarnation closes: its exit, or the history's end. */
const closing = ({ life, end }: Sightings): Bounds => life.exited ?? end;

/** Finds the first gap that can hide a statement made after `before` and no later than `after`; `before` only advances. */
function gapFinder(gaps: readonly GapEvent[]) {
  let next = 0;
  return (before: Bounds, after: Bounds): GapEvent | undefined => {
    while (next < gaps.length && gaps[next]!.at <= before.at) next += 1;
    const gap = gaps[next];
    return gap && gap.since < after.at ? gap : undefined;
  };
}

/**
 * Tenures from lines: a line is the act itself, so belief runs from the claim to the disclaim or the exit; where a log
 * was read it is certain until SIGTERM at most. A gap after
 * a claim ends what is certain at the gap's start; a gap where none leads may hide a tenure.
 */
function fromStatements(seen: Sightings): Reading {
  const { life } = seen;
  const gapBetween = gapFinder(seen.gaps);
  const tenures: Tenure[] = [];
  const unpaired: Unpaired[] = [];
  let open: StatementEvent | undefined;
  let before: Bounds = { since: life.started, at: life.started };
  const close = (claim: StatementEvent, end: Bounds, ending: Tenure["ending"]) => {
    // A process cannot have spoken before it was started.
    const start = { since: later(claim.since, earlier(life.started, claim.at)), at: claim.at };
    // A log is no statement made for us: nobody owes a line for what it does on SIGTERM.
    const certain = claim.source === "log" && seen.told !== undefined ? later(seen.told, claim.at) : end.since;
    tenures.push(tenureOf(life, start, { since: earlier(end.since, certain), at: end.at }, ending, claim.token));
  };
  const hide = (gap: GapEvent, until: Millis) => {
    const from = later(gap.since, seen.firstCall ?? gap.since); // belief needs the API; no call, no belief yet
    if (from < until) tenures.push(hidden(life, from, until));
  };
  for (const statement of seen.statements) {
    const gap = gapBetween(before, statement);
    before = statement;
    const { type } = statement;
    switch (type) {
      case "claim":
        if (open && !gap)
          unpaired.push({ replica: life.replica, incarnation: life.incarnation, at: statement.at, kind: type });
        if (open && gap) close(open, { since: gap.since, at: earlier(gap.at, statement.at) }, "gap");
        if (!open && gap) hide(gap, statement.at);
        if (!open || gap) open = statement;
        break;
      case "disclaim":
        if (open)
          close(open, { since: gap ? earlier(gap.since, statement.since) : statement.since, at: statement.at }, type);
        else if (gap) hide(gap, statement.at);
        else unpaired.push({ replica: life.replica, incarnation: life.incarnation, at: statement.at, kind: type });
        open = undefined;
        break;
      default:
        throw type satisfies never;
    }
  }
  const last = closing(seen);
  const gap = gapBetween(before, last);
  if (open)
    close(
      open,
      { since: gap ? earlier(gap.since, last.since) : last.since, at: last.at },
      life.exited ? "exit" : gap ? "gap" : "open",
    );
  else if (gap) hide(gap, last.at);
  return { tenures, unpaired };
}

/**
 * Tenures from polled answers. The same term in two answers means belief from the first `at` to the last `asked`;
 * un-numbered answers prove only their own instants, so their core is empty. Hulls reach to the contrary answers.
 */
function fromAnswers(seen: Sightings): Reading {
  const { life, answers } = seen;
  const tenures: Tenure[] = [];
  const last = closing(seen);
  for (let i = 0; i < answers.length;) {
    const first = answers[i]!;
    let next = i + 1;
    while (next < answers.length && answers[next]!.leading === first.leading && answers[next]!.term === first.term)
      next += 1;
    if (first.leading) {
      const [contraryBefore, contraryAfter, newest] = [answers[i - 1], answers[next], answers[next - 1]!];
      const start = {
        since: earlier(first.at, later(contraryBefore?.asked ?? life.started, life.started)),
        at: first.at,
      };
      const end = { since: first.term === undefined ? first.asked : newest.asked, at: contraryAfter?.at ?? last.at };
      const ending = contraryAfter ? "disclaim" : life.exited ? "exit" : "open";
      tenures.push(tenureOf(life, start, end, ending, first.term));
    }
    i = next;
  }
  const runs = tenures.length;
  for (const gap of seen.gaps) {
    // Polling never excludes a belief shorter than its period; a gap counts where a belief could have been won: after
    // the incarnation's first write. Without a gate to tell, every gap counts.
    const from = later(gap.since, seen.firstWrite ?? (seen.firstCall === undefined ? gap.since : gap.at));
    const after = answers[firstIndex(answers.length, (index) => answers[index]!.asked >= gap.at)];
    const until = earlier(after?.at ?? last.at, last.at);
    const around = tenures[firstIndex(runs, (index) => tenures[index]!.end.at >= until)];
    if (from < gap.at && !(around && around.start.since <= from)) tenures.push(hidden(life, from, until));
  }
  return { tenures, unpaired: [] };
}

/** Every tenure of one incarnation in time order, and the statements that none explains. A page beside a log claims nothing. */
export const tenuresOf = (seen: Sightings): Reading =>
  seen.answers.length > 0 && seen.statements.length === 0 && seen.observe !== "log"
    ? fromAnswers(seen)
    : fromStatements(seen);
