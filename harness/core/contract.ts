import type { Timing } from "./elector.ts";
import { type IntervalIndex, indexIntervals, type Interval, lengthOf, union, within, without } from "./intervals.ts";
import { leaseless } from "./leaseless.ts";
import { commitAfter, commitsByIncarnation, lastCommit, lastRecordNaming } from "./ledger.ts";
import { stallsOf, stallsTouching } from "./stalls.ts";
import { type Bounds, formatMillis, type Millis, millis } from "./time.ts";
import { type FaultWindow, perView, type View } from "./view.ts";

/** D; an elector that declares none counts L for it. */
export const deadlineOf = (timing: Timing): Millis => timing.renewDeadline ?? timing.leaseDuration;

/** ⌊L⌋ in ms: client-go stores whole seconds, and a rival goes by what is stored. */
export const storedLease = (timing: Timing): Millis => millis(Math.floor(timing.leaseDuration / 1000) * 1000);

/**
 * ⌊L⌋ − D − P in ms: how much late reply and pause an elector bears before its promise ends. One second less where
 * P < 1 s, because client-go notices a change of the record at one-second precision. Not above zero when D is L.
 */
export const marginOf = (timing: Timing): Millis =>
  millis(storedLease(timing) - deadlineOf(timing) - timing.retryPeriod - (timing.retryPeriod < 1000 ? 1000 : 0));

/** D + P in ms: how long a correct elector may still believe after the cause of its error is gone. */
export const lingerOf = (timing: Timing): Millis => millis(deadlineOf(timing) + timing.retryPeriod);

/** A reply that took longer than this after its commit is named as a cause, in ms. */
const LATE_REPLY = 20;

const spanOf =
  (view: View) =>
  (fault: FaultWindow): Interval => ({
    from: fault.injected,
    to: fault.healed ?? view.end,
  });

/** Faults by the replica they were aimed at, each list answering "which touch [from, to]?". */
const faultIndex = perView((view): ReadonlyMap<string, IntervalIndex<FaultWindow>> => {
  const byTarget = new Map<string, FaultWindow[]>();
  for (const fault of view.faults)
    for (const target of fault.targets) {
      const known = byTarget.get(target);
      if (known) known.push(fault);
      else byTarget.set(target, [fault]);
    }
  return new Map([...byTarget].map(([target, faults]) => [target, indexIntervals(faults, spanOf(view))]));
});

const noFaults: readonly FaultWindow[] = [];

/** The faults aimed at a replica whose window, inject to healed, touches [from, to]. */
export const faultsOn = (view: View, replica: string, from: number, to: number): readonly FaultWindow[] =>
  view.faults.length === 0 ? noFaults : (faultIndex(view).get(replica)?.(from, to) ?? noFaults);

type Cause = Interval & { readonly text: string };

const named = (fault: FaultWindow): string => `${fault.fault} (${fault.id})`;

/** Causes that any length of excuses, for everybody: clock faults on either side, and records that the harness wrote. */
const recordCauses = perView((view): IntervalIndex<Cause> => {
  const faults = view.faults
    .filter((fault) => fault.effect === "record")
    .map((fault): Cause => ({ ...spanOf(view)(fault), text: `${named(fault)} changed the record` }));
  const events = view.records
    .filter((event) => event.fault !== undefined)
    .map((event): Cause => ({ from: event.since, to: event.at, text: `fault ${event.fault} changed the record` }));
  return indexIntervals([...faults, ...events], (cause) => cause);
});

/** Who an overlap is about; `rival` is absent where a belief is judged alone. */
export type Parties = {
  readonly older: { readonly key: string; readonly replica: string; readonly start: { readonly since: Millis } };
  readonly rival?: { readonly replica: string };
};

/** Why the contract did not hold: the causes in words, and the window in which it excuses an overlap. */
export type Excuse = Interval & { readonly cause: string };

/** From when the older side lives on its last renewal: its last commit, else the last record naming it, else its claim. */
const lastRenewal = (view: View, { older }: Parties, before: number): number =>
  lastCommit(view, older.key, before)?.since ??
  (commitsByIncarnation(view).has(older.key) ? undefined : lastRecordNaming(view, older.replica, before)?.since) ??
  older.start.since;

/** A tenure as a side of an overlap. */
export type Side = Parties["older"];

/**
 * Which of two overlapping sides should have ended: the one whose last renewal before the overlap is the older one; of
 * equals, the one that claimed first (`a`).
 */
export function partiesOf(view: View, a: Side, b: Side, from: number): Parties & { readonly rival: Side } {
  const [renewedA, renewedB] = [a, b].map((older) => lastRenewal(view, { older }, from)) as [number, number];
  return renewedA <= renewedB ? { older: a, rival: b } : { older: b, rival: a };
}

/** Pauses of the older side, and replies to its own writes that came late: what stops it from noticing. */
function pausesOf(view: View, { older }: Parties, from: number, to: number): Cause[] {
  const pauses = faultsOn(view, older.replica, from, to)
    .filter((fault) => fault.effect === "pause")
    .map((fault): Cause => {
      const span = spanOf(view)(fault);
      return { ...span, text: `${fault.fault} of ${older.replica} for ${formatMillis(lengthOf(span))}` };
    });
  const commit = lastCommit(view, older.key, to);
  const reply = commit?.replied === undefined ? undefined : { from: commit.since, to: commit.replied };
  if (reply && lengthOf(reply) > LATE_REPLY && reply.to > from)
    pauses.push({
      ...reply,
      text: `a reply to ${older.key} that ${commit!.call.end!.at < reply.to ? "may have come" : "came"} ${formatMillis(lengthOf(reply))} after its commit`,
    });
  return pauses;
}

/**
 * Stalls of the older side and of the harness (it delays every reply), in ms, outside of what `known` covers; and of both
 * together, for a machine that stood still held both up in the same time.
 */
function stallsOutside(view: View, parties: Parties, span: Interval, known: readonly Interval[]) {
  const stalled = stallsOf(view);
  let [own, harness, both] = [0, 0, 0];
  for (const part of without(span, known)) {
    const [a, b] = [parties.older.key, "harness"].map((who) => stalled(who, part.from, part.to)) as [number, number];
    const spans = a > 0 && b > 0 ? stallSpans(view, parties, part.from, part.to) : [];
    const length = within(part, union(spans)).reduce((sum, each) => sum + lengthOf(each), 0);
    [own, harness, both] = [own + a, harness + b, both + (spans.length > 0 ? Math.min(a + b, length) : a + b)];
  }
  return { own, harness, both };
}

/** The stalls of the older side and of the harness that touch a stretch: where they begin and end. */
function stallSpans(view: View, { older }: Parties, from: number, to: number): Interval[] {
  return [older.key, "harness"].flatMap((who) =>
    stallsTouching(view, who, from, to).map((stall) => ({ from: stall.since, to: stall.at })),
  );
}

/** What paused or stalled the older side again within a stretch, by pauses that began after `since`, in ms. */
function heldUp(view: View, parties: Parties, stretch: Interval, since: number): number {
  if (stretch.from >= stretch.to) return 0;
  const pauses = pausesOf(view, parties, stretch.from, stretch.to).filter((cause) => cause.from > since);
  const covered = union(pauses);
  const stalls = stallsOutside(view, parties, stretch, covered);
  return within(stretch, covered).reduce((sum, part) => sum + lengthOf(part), 0) + stalls.both;
}

/**
 * Exclusivity is promised while ⌊L⌋/ρ_rival > d + (D + P)/ρ_older + pause. With c the older side's last committed
 * renewal and o the overlap's start, the pauses, late replies and stalls measured in [c, o] break it iff their sum is
 * at least the margin ⌊L⌋ − D − P. The overlap is then excused where it lies wholly inside
 * [first cause's start, last cause's end + D + P + reporting delay + what stalled or paused it again meanwhile], and only
 * until the older side writes the record again: a renewal that takes it back from the rival is no sleeper's error.
 */
function slowed(view: View, parties: Parties, overlap: Interval, reporting: number): Excuse | undefined {
  const { timing } = view.header.elector;
  const renewal = lastRenewal(view, parties, overlap.from);
  const stretch = { from: Math.min(renewal, overlap.from), to: overlap.from };
  const pauses = pausesOf(view, parties, stretch.from, stretch.to).filter((cause) => cause.from <= overlap.from);
  const covered = union(pauses);
  const paused = within(stretch, covered).reduce((sum, part) => sum + lengthOf(part), 0);
  const stalls = stallsOutside(view, parties, stretch, covered);
  const sum = paused + stalls.both;
  if (sum <= 0 || sum < marginOf(timing)) return undefined;
  const spans = stalls.both > 0 ? stallSpans(view, parties, stretch.from, stretch.to) : [];
  const starts = [...pauses, ...spans];
  const from = Math.min(...starts.map((cause) => cause.from));
  const lastEnd = Math.max(...starts.map((cause) => cause.to));
  const extra = heldUp(view, parties, { from: lastEnd, to: overlap.to }, overlap.from);
  const texts = pauses.map((cause) => cause.text);
  if (stalls.own > 0) texts.push(`stalls of ${parties.older.key} of ${formatMillis(stalls.own)} in all`);
  if (stalls.harness > 0) texts.push(`stalls of the harness of ${formatMillis(stalls.harness)} in all`);
  const retaken =
    commitAfter(view, parties.older.key, overlap.from, (commit) => Boolean(commit.holder))?.at ?? Infinity;
  const to = Math.min(retaken, lastEnd + lingerOf(timing) + reporting + extra);
  return { from, to, cause: texts.join(", ") };
}

/** Clock faults on either side and records that the harness wrote: any length breaks the promise until D + P after. */
function shifted(view: View, parties: Parties, overlap: Interval, reporting: number): Excuse | undefined {
  const { older, rival } = parties;
  const reach = lingerOf(view.header.elector.timing) + reporting;
  const clocks = [older, ...(rival ? [rival] : [])].flatMap(({ replica }) =>
    faultsOn(view, replica, overlap.from - reach, overlap.to)
      .filter((fault) => fault.effect === "clock")
      .map((fault): Cause => {
        const span = spanOf(view)(fault);
        return { ...span, text: `${fault.fault} of ${replica} for ${formatMillis(lengthOf(span))}` };
      }),
  );
  const causes = [...clocks, ...recordCauses(view)(overlap.from - reach, overlap.to)];
  if (causes.length === 0) return undefined;
  /** When the older side heard of its last renewal before: it believes for D + P from then, not from the cause. */
  const heard = (time: number): number => lastCommit(view, older.key, time)?.replied ?? 0;
  const last = Math.max(...causes.map((cause) => Math.max(cause.to, heard(cause.to))));
  return {
    from: Math.min(...causes.map((cause) => cause.from)),
    // A pause or a stall in its way lengthens the D + P after which the older side must have noticed.
    to:
      last +
      reach +
      heldUp(view, parties, { from: last - lingerOf(view.header.elector.timing), to: overlap.to }, -Infinity),
    cause: [...new Set(causes.map((cause) => cause.text))].join(", "),
  };
}

/** What the harness needs to read what a process has said, beyond its measured stalls, in ms. */
const READING = 5;

/** How long something took to be seen, in ms: the width of its bounds, but no more than the harness stalled there. */
export const reportingOf = (view: View, { since, at }: Bounds): number =>
  since <= at ? Math.min(at - since, stallsOf(view)("harness", since, at) + READING) : 0;

/**
 * The excuse of an overlap (or of a belief without a record): undefined when the contract held, or when the overlap
 * reaches outside the windows of what broke it. A side that never had a lease has no contract that a
 * stall, a pause or a clock could break. `reporting` is the measured delay of observation, in ms.
 */
export function excuseOf(view: View, parties: Parties, overlap: Interval, reporting = 0): Excuse | undefined {
  const { older, rival } = parties;
  if (leaseless(view, older.replica) || (rival && leaseless(view, rival.replica))) return undefined;
  const excuses = [slowed(view, parties, overlap, reporting), shifted(view, parties, overlap, reporting)].filter(
    (excuse) => excuse !== undefined && excuse.to > overlap.from && excuse.from <= overlap.to,
  ) as Excuse[];
  const alone = excuses.find((excuse) => covers([excuse], overlap));
  if (alone !== undefined || excuses.length < 2 || !covers(excuses, overlap)) return alone;
  // A leader that wakes up and finds the record gone takes it again: each cause excuses its part of the overlap.
  return {
    from: Math.min(...excuses.map((excuse) => excuse.from)),
    to: Math.max(...excuses.map((excuse) => excuse.to)),
    cause: excuses.map((excuse) => excuse.cause).join(", then "),
  };
}

/** An overlap cut where the record passed from one side to the other: from there on it is the other that should have ended. */
function stretchesOf(view: View, a: Side, b: Side, overlap: Interval): Interval[] {
  let holder = partiesOf(view, a, b, overlap.from).rival;
  const commits = [a, b].flatMap((side) =>
    (commitsByIncarnation(view).get(side.key) ?? [])
      .filter(({ at, holder: name }) => name && at > overlap.from && at < overlap.to)
      .map(({ at }) => ({ at, side })),
  );
  const cuts: number[] = [overlap.from];
  for (const { at, side } of commits.sort((x, y) => x.at - y.at)) {
    if (side !== holder) cuts.push(at);
    holder = side;
  }
  return cuts.map((from, index) => ({ from, to: cuts[index + 1] ?? overlap.to }));
}

/**
 * The excuse of an overlap of two sides: of the one that should have ended, all the while; or of each in its turn, where
 * the record passed between them meanwhile. Undefined when any part of it has none.
 */
export function excuseOfBoth(view: View, a: Side, b: Side, overlap: Interval, reporting: number): Excuse | undefined {
  const excused = (span: Interval) => excuseOf(view, partiesOf(view, a, b, span.from), span, reporting);
  const whole = excused(overlap);
  if (whole !== undefined) return whole;
  const stretches = stretchesOf(view, a, b, overlap);
  const excuses = stretches.length > 1 ? stretches.map(excused) : [];
  if (excuses.length === 0 || excuses.includes(undefined)) return undefined;
  const causes = excuses.map((excuse) => excuse!.cause);
  return { from: excuses[0]!.from, to: excuses.at(-1)!.to, cause: [...new Set(causes)].join(", then ") };
}

const covers = (excuses: readonly Interval[], overlap: Interval): boolean =>
  excuses.some((excuse) => excuse.from <= overlap.from) &&
  without(overlap, union(excuses)).every((rest) => lengthOf(rest) <= 0);
