import type { GapEvent, Incarnation } from "../core/events.ts";
import type { Interval } from "../core/intervals.ts";
import { type Bounds, millis, type Millis } from "../core/time.ts";

/** What the observer suffers; every span in ms of virtual time. */
export type ObserverPlan = {
  /** The harness stands still: it reads nothing, and its gates pass nothing. */
  readonly stalls: readonly Interval[];
  /** What replicas say may take this long to arrive. */
  readonly lag: number;
  /** Statements that would be read within are lost, of the replica started as number `replica`. */
  readonly gaps: readonly (Interval & { readonly replica: number })[];
};

/** The period of the recorder's loop clock: what it has not read yet is at most so old. */
const PERIOD = 4;
/** A poll that comes later than this is told as a stall, as the loop clock does. */
const STALL = 20;

const up = (time: number): number => Math.ceil(time / PERIOD) * PERIOD;

/** When the harness looks: every 4 ms, but for its stalls, rounded to that period and joined where they touch. */
export class Polls {
  readonly stalls: readonly Interval[];
  constructor(stalls: readonly Interval[]) {
    const joined: { from: number; to: number }[] = [];
    const rounded = stalls.map(({ from, to }) => ({ from: up(from), to: up(to) })).filter(({ from, to }) => from < to);
    for (const next of rounded.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
      else joined.push(next);
    }
    this.stalls = joined;
  }

  /** `time`, or the end of the stall that it falls into. */
  awake(time: number): number {
    for (const stall of this.stalls) if (time > stall.from && time < stall.to) return stall.to;
    return time;
  }

  /** The first look at or after `time`, and the look before it. */
  reading(time: number): Bounds {
    const at = this.awake(up(time));
    for (const stall of this.stalls) if (at === stall.to) return { since: millis(stall.from), at: millis(at) };
    return { since: millis(at - PERIOD), at: millis(at) };
  }

  /** The stalls as the recorder writes them: what came late beyond one period, where it was long enough to be told. */
  told(): { readonly since: Millis; readonly at: Millis; readonly ms: Millis }[] {
    return this.stalls
      .map(({ from, to }) => ({ since: millis(from), at: millis(to), ms: millis(to - from - PERIOD) }))
      .filter(({ ms }) => ms > STALL);
  }
}

/** Reads one process's stdout: late, in order, and not at all within a gap. */
export class Channel {
  readonly #polls: Polls;
  readonly #lag: number;
  readonly #gaps: readonly Interval[];
  readonly #random: () => number;
  #last = 0;
  constructor(polls: Polls, lag: number, gaps: readonly Interval[], random: () => number) {
    this.#polls = polls;
    this.#lag = lag;
    this.#gaps = gaps.map((gap) => lostWithin(polls, gap));
    this.#random = random;
  }

  /** When what happened now is read, and since when it can have happened. */
  #read(now: number): Bounds {
    const reading = this.#polls.reading(Math.max(this.#last, now + this.#random() * this.#lag));
    this.#last = reading.at;
    // A line that was read may have lain in the channel for as long as its lag.
    return { since: millis(Math.max(0, reading.since - this.#lag)), at: reading.at };
  }

  /** The bounds of a line written now; undefined when it is lost. */
  line(now: number): Bounds | undefined {
    const bounds = this.#read(now);
    return this.#gaps.some((gap) => bounds.at > gap.from && bounds.at <= gap.to) ? undefined : bounds;
  }

  /** The bounds of the process's end, which is never lost and comes after all that it said. */
  exit(now: number): Bounds {
    const reading = this.#polls.reading(Math.max(now, this.#last));
    return { since: millis(Math.min(now, this.#polls.reading(now).since)), at: reading.at };
  }
}

/** A gap from one look of the harness to another: what is read after the first and up to the second is lost. */
const lostWithin = (polls: Polls, gap: Interval): Interval => {
  const from = polls.stalls.find((stall) => gap.from > stall.from && gap.from <= stall.to)?.from ?? up(gap.from);
  return { from, to: polls.reading(gap.to).at };
};

/** A gap as it is told: what was lost was written since the lag before it. */
export function gapEvent(who: Incarnation, gap: Interval, polls: Polls, lag: number): GapEvent {
  const { from, to } = lostWithin(polls, gap);
  const reason = "the simulated observer lost the channel";
  return { type: "gap", since: millis(Math.max(0, from - lag)), at: millis(to), ...who, reason };
}
