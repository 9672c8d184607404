import { countUpTo, countUpToNear } from "./columns.ts";
import { livesByKey, livesWithin, readyAt, undisturbedFrom } from "./contenders.ts";
import { faultsOn } from "./contract.ts";
import type { FaultEffect } from "./events.ts";
import { firstIndex, indexIntervals } from "./intervals.ts";
import { type Commit, commitAfter, commitsByIncarnation, lastRecordNaming, recordsByReplica } from "./ledger.ts";
import { heldByAnother, owedRelease, releaseOf } from "./releases.ts";
import { boundOf } from "./scenario.ts";
import { setbacksOf } from "./setbacks.ts";
import { awakeFor, replicasStalled } from "./stalls.ts";
import { termsOf, termTimes } from "./terms.ts";
import { type Millis, millis } from "./time.ts";
import { replyTimeOf } from "./trouble.ts";
import { type Life, perView, type Tenure, type View } from "./view.ts";

/** How one reign ended and the next began. */
type Passing = {
  readonly leader: Tenure;
  /** When the leader was gone. */
  readonly gone: Millis;
  readonly next: Tenure | undefined;
};

/** One that came in time. */
export type Kept = Passing & { readonly outcome: "kept" };

/** One that did not certainly come in time, and what the elector's profile promises. */
export type Missed = Passing & {
  /** What the leader was gone by. */
  readonly by: "exit" | "disclaim" | "fault";
  /** What the bound counts from: `gone`, or later, when a contender could first contend. Infinity when none could. */
  readonly base: number;
  /** The profile's bound plus the stalls measured from `base` on until it was over, in ms. */
  readonly bound: Millis;
  /** The record was given up, so the shorter bound holds. */
  readonly released: boolean;
  /** A gap in observation that may hide a leader who stood in time; then it is never late. */
  readonly hidden: Tenure | undefined;
  /** No later than base + bound the next leader had to stand. */
  readonly deadline: number;
  /** late: certainly not in time. doubtful: the bounds allow both. open: the history ended before either. */
  readonly outcome: "late" | "doubtful" | "open";
};

export type Succession = Kept | Missed;

/** Effects under which a leader may be as good as gone. */
const unseating: ReadonlySet<FaultEffect> = new Set(["pause", "cut", "delay", "api"]);

/** Of each term and those claimed before it, the two whose certain belief ended last, by their places; −1 for none. */
const longestBelief = perView((view) => {
  const { certain } = termTimes(view);
  const [first, second] = [new Int32Array(certain.length), new Int32Array(certain.length)];
  let [last, lastButOne] = [-1, -1];
  for (let index = 0; index < certain.length; index += 1) {
    if (last === -1 || certain[index]! > certain[last]!) [last, lastButOne] = [index, last];
    else if (lastButOne === -1 || certain[index]! > certain[lastButOne]!) lastButOne = index;
    first[index] = last;
    second[index] = lastButOne;
  }
  return { first, second };
});

const leastBound = (view: View): number => {
  const { timing, profile } = view.header.elector;
  const reply = replyTimeOf(view);
  return Math.min(boundOf(profile.takeover, timing, reply), boundOf(profile.afterRelease, timing, reply));
};

/** All that successions are read from, looked up once for all of a view's. */
const sourcesOf = (view: View) => ({
  view,
  terms: termsOf(view),
  times: termTimes(view),
  belief: longestBelief(view),
  lives: livesByKey(view),
  commits: commitsByIncarnation(view),
  setbacks: setbacksOf(view),
  replicasStalled: replicasStalled(view),
  reply: replyTimeOf(view),
  /** The least that any successor is granted, whatever else was seen, in ms. */
  least: leastBound(view),
});
type Sources = ReturnType<typeof sourcesOf>;

/** A write that leaves a holder, or may: who gives the record up, be it another's, renews nothing. */
const renews = ({ holder }: Commit): boolean => holder !== "" && holder !== null;

/** When a fault landed within a tenure that its holder never renewed after; undefined when none did. */
function unseatedAt({ view, commits }: Sources, tenure: Tenure): Millis | undefined {
  const faults = faultsOn(view, tenure.replica, tenure.start.since, tenure.end.at);
  if (faults.length === 0) return undefined;
  const renewals = commits.has(tenure.key);
  if (!renewals && !recordsByReplica(view).has(tenure.replica)) return undefined;
  for (const fault of faults) {
    if (fault.landed === undefined || !unseating.has(fault.effect)) continue;
    if (fault.landed < tenure.start.at || fault.landed >= tenure.end.at) continue;
    const renewed = renewals
      ? (commitAfter(view, tenure.key, fault.landed, renews)?.at ?? Infinity)
      : (lastRecordNaming(view, tenure.replica, tenure.end.at)?.since ?? 0) > fault.landed
        ? fault.landed
        : Infinity;
    if (renewed > tenure.end.at) return fault.landed;
  }
  return undefined;
}

/** From when waiting counts: the last setback in (from, until], or what the leader had sent before it was gone. */
function restartedAt(
  setbacks: Float64Array,
  commits: readonly Commit[],
  gone: number,
  from: number,
  until: number,
): number {
  let base = from;
  for (let i = firstIndex(commits.length, (index) => commits[index]!.at > from); i < commits.length; i += 1) {
    if (commits[i]!.call.invoke.at > gone) break;
    if (commits[i]!.at <= until) base = Math.max(base, commits[i]!.at);
  }
  const last = setbacks[countUpTo(setbacks, until) - 1];
  return Math.max(base, last ?? base);
}

/**
 * The next leader: the first to claim after the leader (by its place) did and still to stand when that one was gone. It
 * passes over those alone whose whole terms lie within the leader's, as few as led beside it.
 */
function nextOf({ terms, times: { begun, ended } }: Sources, leader: number, gone: number): Tenure | undefined {
  for (let i = countUpToNear(begun, begun[leader]!, leader + 1); i < ended.length; i += 1)
    if (ended[i]! > gone) return terms[i];
  return undefined;
}

const hiddenTenures = perView((view) =>
  indexIntervals(
    view.tenures.flatMap((tenure, index) => (tenure.possible || tenure.ending === "gap" ? [{ tenure, index }] : [])),
    ({ tenure }) => ({ from: tenure.start.since, to: tenure.end.at }),
  ),
);

/** The first other tenure that a gap hides, or the end of, that can have begun by the deadline and stood when the leader was gone. */
function hiddenBy(view: View, leader: Tenure, gone: number, deadline: number): Tenure | undefined {
  const standing = hiddenTenures(view)(gone, deadline).filter(
    ({ tenure }) => tenure !== leader && tenure.end.at > gone,
  );
  return standing.toSorted((a, b) => a.index - b.index)[0]?.tenure;
}

/** Somebody else than the leader (by its place) already led, and went on leading, when the leader was gone. */
function alreadyLed({ times: { begun, certain }, belief }: Sources, leader: number, gone: number): boolean {
  const claimed = countUpToNear(begun, gone, leader + 1) - 1;
  if (claimed < 0) return false;
  const other = belief.first[claimed] === leader ? belief.second[claimed]! : belief.first[claimed]!;
  return other >= 0 && certain[other]! >= gone;
}

const noCommits: readonly Commit[] = [];
const noLives: readonly Life[] = [];

/** What came of a reign's end; undefined where it had none, or somebody else led on. */
function successionOf(sources: Sources, place: number): Succession | undefined {
  const { view, lives } = sources;
  const leader = sources.terms[place]!;
  const { ending } = leader;
  const unseated = unseatedAt(sources, leader);
  const by = unseated !== undefined ? "fault" : ending === "exit" || ending === "disclaim" ? ending : undefined;
  const gone = unseated ?? leader.end.at;
  if (by === undefined || alreadyLed(sources, place, gone)) return undefined;
  const next = nextOf(sources, place, gone);
  // No bound counts from before the leader was gone.
  if (next && next.start.at <= gone + sources.least) return { leader, gone, next, outcome: "kept" };
  const { timing, profile } = view.header.elector;
  const commits = sources.commits.get(leader.key) ?? noCommits;
  const release = releaseOf(commits, leader, next?.start.since ?? view.end);
  const from = Math.max(gone, release ?? 0);
  const horizon = Math.min(next?.start.at ?? view.end, view.end);
  const restarted = restartedAt(sources.setbacks, commits, gone, from, horizon);
  const given = release !== undefined || owedRelease(view, leader);
  const released = given && !(restarted > from && heldByAnother(view, leader, restarted));
  const promised = boundOf(released ? profile.afterRelease : profile.takeover, timing, sources.reply);
  // The successor itself could contend, however short it lived.
  let base = next ? undisturbedFrom(view, lives.get(next.key)!, restarted, promised) : Infinity;
  // Where it could at once, and nobody was stalled, the others change nothing.
  const others = base > restarted || sources.replicasStalled ? livesWithin(view)(from, horizon) : noLives;
  for (const life of others) base = Math.min(base, readyAt(view, life, restarted, promised));
  // Each contender waits out its own stalls; whoever took the record may be the one that stalled longest.
  const waiters = ["harness", ...others.map(({ key }) => key)];
  const awake = base === Infinity ? base : Math.max(...waiters.map((who) => awakeFor(view, who, base, promised)));
  const bound = awake === Infinity ? promised : millis(awake - base);
  const deadline = base + bound;
  if (next && next.start.at <= deadline) return { leader, gone, next, outcome: "kept" };
  const doubtful = next !== undefined && next.start.since <= deadline;
  const late = !doubtful && view.end > deadline;
  const hidden = late ? hiddenBy(view, leader, gone, deadline) : undefined;
  const outcome = doubtful ? "doubtful" : late && !hidden ? "late" : "open";
  return { leader, gone, by, base, bound, released, next, hidden, deadline, outcome };
}

/** Successions of a view in the order of the reigns that ended; see VERDICTS "failover" for the bounds. */
export const successionsOf = perView((view): readonly Succession[] => {
  const successions: Succession[] = [];
  const sources = sourcesOf(view);
  for (let place = 0; place < sources.terms.length; place += 1) {
    const succession = successionOf(sources, place);
    if (succession) successions.push(succession);
  }
  return successions;
});
