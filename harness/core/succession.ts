import { countUpTo, countUpToNear } from "./columns.ts";
import { faultsOn, lingerOf } from "./contract.ts";
import type { FaultEffect } from "./events.ts";
import { firstIndex, indexIntervals } from "./intervals.ts";
import {
  type Commit,
  commitAfter,
  commitsByIncarnation,
  commitsOf,
  lastRecordNaming,
  namedBy,
  recordAt,
  recordsByReplica,
  replyTimeOf,
} from "./ledger.ts";
import { boundOf } from "./scenario.ts";
import { replicasStalled, stallsOf } from "./stalls.ts";
import { termsOf, termTimes } from "./terms.ts";
import { type Millis, millis } from "./time.ts";
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
  /** The profile's bound plus the stalls measured meanwhile, in ms. */
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

/** Effects under which a replica cannot contend, or not within an undisturbed elector's bounds. */
const hampering: ReadonlySet<FaultEffect> = new Set(["pause", "cut", "delay", "clock", "stamps", "api"]);
/** Effects under which a leader may be as good as gone. */
const unseating: ReadonlySet<FaultEffect> = new Set(["pause", "cut", "delay", "api"]);

/** The incarnation's first call at its gate; without any gate in the history, its start. */
export const firstCallOf = (view: View, life: Life): number => {
  if (view.calls.length === 0) return life.started;
  return firstCalls(view).get(life.key) ?? Infinity;
};

const firstCalls = perView((view): ReadonlyMap<string, number> => {
  const first = new Map<string, number>();
  for (const { invoke } of view.calls) {
    const key = `${invoke.replica}#${invoke.incarnation}`;
    if (!first.has(key)) first.set(key, invoke.at);
  }
  return first;
});

export const livesByKey = perView(
  (view): ReadonlyMap<string, Life> => new Map(view.lives.map((life) => [life.key, life])),
);

/** When a life stopped contending: SIGTERM, or its end. */
export const retiredAt = (life: Life): number => Math.min(life.terminating ?? Infinity, life.exited?.since ?? Infinity);

export const livesWithin = perView((view) =>
  indexIntervals(view.lives, (life) => ({ from: life.started, to: Math.min(retiredAt(life), view.end) })),
);

/**
 * When contenders began to wait anew through no fault of theirs, in order: the harness wrote the record; it ended a
 * process that may have held it; it cut off or froze one; it kept from a writer that its claim of the record was
 * committed. Until then + L the record may bar everybody.
 */
export const setbacksOf = perView((view): Float64Array => {
  const times = view.records.filter((event) => event.fault !== undefined).map((event): number => event.at);
  // Who has waited for D, from the first call of a try on, has left this one: an answer so late may have reached nobody.
  const { retryPeriod: patience } = view.header.elector.timing;
  for (const commit of commitsOf(view))
    if (commit.holder && commit.call.end?.fault !== undefined && (commit.replied ?? Infinity) - commit.at >= patience)
      times.push(commit.at);
  const lease = view.header.elector.timing.leaseDuration;
  /** The record named the replica at `time`, and was still valid. */
  const held = (replica: string, time: number) => {
    const current = recordAt(view, time);
    return current !== undefined && current.at + lease > time && namedBy(view, current).has(replica);
  };
  for (const life of view.lives) {
    if (!life.exited || !held(life.replica, life.exited.at)) continue;
    const ended = faultsOn(view, life.replica, life.exited.since, life.exited.at).some(
      ({ effect }) => effect === "end",
    );
    if (ended || life.terminating !== undefined) times.push(life.exited.at);
  }
  /** A write that was under way took the record for a replica that the fault then kept from leading. */
  const tookUnder = (replica: string, from: number, to: number): number[] => {
    const { records } = view;
    const taken: number[] = [];
    for (let i = firstIndex(records.length, (index) => records[index]!.at > from); i < records.length; i += 1) {
      if (records[i]!.at > to) break;
      if (namedBy(view, records[i]!).has(replica)) taken.push(records[i]!.at);
    }
    const first = taken[0];
    if (first === undefined) return [];
    const soon = first + view.header.elector.timing.retryPeriod;
    const led = view.tenures.some((own) => own.replica === replica && own.start.since <= soon && own.end.at >= first);
    return led ? [] : taken;
  };
  for (const fault of view.faults)
    if (hampering.has(fault.effect)) {
      const from = fault.landed ?? fault.injected;
      if (fault.targets.some((target) => held(target, from))) times.push(from);
      for (const target of fault.targets) times.push(...tookUnder(target, from, fault.healed ?? view.end));
    }
  return Float64Array.from(times).sort();
});

/** From when no fault hampers a life for `need` ms, not before `time` nor its first call; Infinity when never. */
export function undisturbedFrom(view: View, life: Life, time: number, need: number): number {
  let ready = Math.max(time, firstCallOf(view, life));
  if (view.faults.length === 0) return ready;
  for (let found = true; found && ready < Infinity;) {
    found = false;
    for (const fault of faultsOn(view, life.replica, ready, ready + need)) {
      if (!hampering.has(fault.effect) || (fault.healed ?? Infinity) <= ready) continue;
      ready = fault.healed ?? Infinity;
      found = true;
    }
  }
  return ready;
}

/** From when a life can contend undisturbed for `need` ms and lives on for as long; Infinity when it never can. */
function readyAt(view: View, life: Life, time: number, need: number): number {
  const ready = undisturbedFrom(view, life, time, need);
  return retiredAt(life) < ready + need ? Infinity : ready;
}

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
  stalled: stallsOf(view),
  replicasStalled: replicasStalled(view),
  reply: replyTimeOf(view),
  /** The least that any successor is granted, whatever else was seen, in ms. */
  least: leastBound(view),
});
type Sources = ReturnType<typeof sourcesOf>;

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
      ? (commitAfter(view, tenure.key, fault.landed)?.at ?? Infinity)
      : (lastRecordNaming(view, tenure.replica, tenure.end.at)?.since ?? 0) > fault.landed
        ? fault.landed
        : Infinity;
    if (renewed > tenure.end.at) return fault.landed;
  }
  return undefined;
}

/** When the leader gave the record up within its reign or after it; undefined when it did not. */
function releaseOf(commits: readonly Commit[], tenure: Tenure, until: number): number | undefined {
  const first = firstIndex(commits.length, (index) => commits[index]!.at >= tenure.start.since);
  for (let i = first; i < commits.length; i += 1) {
    if (commits[i]!.since > until) return undefined;
    if (commits[i]!.release) return commits[i]!.at;
  }
  return undefined;
}

/** Whether SIGKILL came before the life had had all the time that a lease gives to stop and to release: no one's fault. */
function killedEarly(view: View, { key, replica, terminating, exited }: Life): boolean {
  if (exited?.signal !== "SIGKILL") return false;
  if (
    faultsOn(view, replica, terminating!, exited.at).some(
      ({ effect, injected }) => effect === "end" && injected > terminating!,
    )
  )
    return true;
  const { timing } = view.header.elector;
  const stalled = stallsOf(view)(key, terminating!, exited.at) + stallsOf(view)("harness", terminating!, exited.at);
  return exited.since - terminating! < timing.leaseDuration + lingerOf(timing) + 2 * stalled;
}

/** An elector that declares `release` owes one when SIGTERM ended its reign, nothing hampered it, and no SIGKILL cut it short. */
function owedRelease({ view, lives }: Sources, tenure: Tenure): boolean {
  if (!view.header.elector.release) return false;
  const life = lives.get(tenure.key);
  if (life?.terminating === undefined || !life.exited) return false;
  if (killedEarly(view, life) || tenure.end.at < life.terminating) return false;
  const from = life.terminating - view.header.elector.timing.leaseDuration;
  // What the harness took from it, or a rival holds by now, it cannot give up.
  const last = recordAt(view, tenure.end.at);
  if (last !== undefined && (last.fault !== undefined || !namedBy(view, last).has(tenure.replica))) return false;
  return !faultsOn(view, life.replica, from, life.exited.at).some((fault) => hampering.has(fault.effect));
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

/** Whoever took what was given up, and was kept from hearing of it, holds it for a lease. */
function heldByAnother(view: View, leader: Tenure, time: number): boolean {
  const current = recordAt(view, time);
  return Boolean(current?.record?.holder) && !namedBy(view, current!).has(leader.replica);
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
  const { view, lives, stalled } = sources;
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
  const given = release !== undefined || owedRelease(sources, leader);
  const released = given && !(restarted > from && heldByAnother(view, leader, restarted));
  const promised = boundOf(released ? profile.afterRelease : profile.takeover, timing, sources.reply);
  // The successor itself could contend, however short it lived.
  let base = next ? undisturbedFrom(view, lives.get(next.key)!, restarted, promised) : Infinity;
  // Where it could at once, and nobody was stalled, the others change nothing.
  const others = base > restarted || sources.replicasStalled ? livesWithin(view)(from, horizon) : noLives;
  for (const life of others) base = Math.min(base, readyAt(view, life, restarted, promised));
  const until = base === Infinity ? horizon : base + promised;
  const theirs = others.reduce((most, life) => Math.max(most, stalled(life.key, from, until)), 0);
  const bound = millis(promised + stalled("harness", from, until) + theirs);
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
