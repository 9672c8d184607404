import fc from "fast-check";
import type { HistoryEvent } from "../../harness/core/events.ts";
import { millis } from "../../harness/core/time.ts";
import { headerWith } from "../unit/checkers/story.ts";

/** The most that an observation strays from the truth, to either side, in ms. */
export const ERROR = 10;

/** What one replica really did: beliefs in time order, the last one perhaps open, and where nobody looked. */
export type Actor = {
  readonly beliefs: readonly { readonly from: number; readonly to: number; readonly errors: readonly number[] }[];
  readonly gap?: { readonly from: number; readonly to: number };
  /** The process ended with its last belief. */
  readonly exits: boolean;
};

export type Truth = { readonly actors: readonly Actor[]; readonly end: number; readonly stall?: number };

const belief = fc.record({
  idle: fc.integer({ min: 30, max: 400 }),
  length: fc.integer({ min: 1, max: 300 }),
  errors: fc.array(fc.integer({ min: 0, max: ERROR }), { minLength: 4, maxLength: 4 }),
});

const actor: fc.Arbitrary<Actor> = fc
  .record({
    beliefs: fc.array(belief, { maxLength: 4 }),
    gap: fc.option(fc.record({ from: fc.integer({ min: 0, max: 1200 }), length: fc.integer({ min: 1, max: 300 }) }), {
      nil: undefined,
      freq: 4,
    }),
    exits: fc.boolean(),
  })
  .map(({ beliefs, gap, exits }) => {
    let at = 0;
    const placed = beliefs.map(({ idle, length, errors }) => {
      const from = at + idle;
      at = from + length;
      return { from, to: at, errors };
    });
    return { beliefs: placed, exits, ...(gap ? { gap: { from: gap.from, to: gap.from + gap.length } } : {}) };
  });

/** Two or three replicas that lead when they please: overlapping, or not. */
export const truths: fc.Arbitrary<Truth> = fc
  .record({
    actors: fc.array(actor, { minLength: 2, maxLength: 3 }),
    end: fc.integer({ min: 100, max: 1500 }),
    stall: fc.option(fc.integer({ min: 20, max: 900 }), { nil: undefined }),
  })
  .map(({ actors, end, stall }) => ({ actors, end, ...(stall === undefined ? {} : { stall }) }));

/** The same, squeezed so that nobody leads while another does. */
export const orderlyTruths: fc.Arbitrary<Truth> = truths.map((truth) => {
  let free = 0;
  const order = truth.actors
    .flatMap((each, index) => each.beliefs.map((own) => ({ index, own })))
    .sort((a, b) => a.own.from - b.own.from);
  const moved = order.map(({ index, own }) => {
    const from = Math.max(own.from, free);
    free = from + (own.to - own.from);
    return { index, own: { from, to: free, errors: own.errors } };
  });
  const actors = truth.actors.map((each, index) => ({
    ...each,
    beliefs: moved.filter((entry) => entry.index === index).map((entry) => entry.own),
  }));
  return { ...truth, actors };
});

export const nameOf = (index: number): string => `demo-${index}`;

/** Milliseconds that each two replicas really led at once, with their names. */
export function trueOverlaps({ actors, end }: Truth) {
  return actors
    .flatMap((a, i) =>
      actors.slice(i + 1).flatMap((b, offset) =>
        a.beliefs.flatMap((one) =>
          b.beliefs.map((other) => ({
            pair: [nameOf(i), nameOf(i + 1 + offset)] as const,
            ms: Math.min(one.to, other.to, end) - Math.max(one.from, other.from),
            /** What of it was before all that may not have been read any more. */
            read: Math.min(one.to, other.to, end - ERROR) - Math.max(one.from, other.from),
          })),
        ),
      ),
    )
    .filter(({ ms }) => ms > 0);
}

function sightingsOf(truth: Truth, of: Actor, index: number): HistoryEvent[] {
  const who = { replica: nameOf(index), incarnation: 1 };
  const { gap, beliefs, exits } = of;
  const events: HistoryEvent[] = [{ type: "replica", at: millis(0), ...who, phase: "started", revision: "r" }];
  if (gap) events.push({ type: "gap", since: millis(gap.from), at: millis(gap.to), ...who, reason: "lost" });
  let seen = 0;
  const see = (time: number, before: number, after: number, tell: (since: number, at: number) => HistoryEvent) => {
    if (time > truth.end || (gap && time >= gap.from && time <= gap.to)) return;
    // A channel keeps its order, and what was seen before a gap was seen before it.
    seen = Math.max(seen, gap && time < gap.from ? Math.min(time + after, gap.from) : time + after);
    if (seen <= truth.end) events.push(tell(time - before, seen));
  };
  const bounds = (since: number, at: number) => ({ since: millis(since), at: millis(at) });
  beliefs.forEach(({ from, to, errors }, order) => {
    const said = { ...who, source: "stdout" } as const;
    see(from, errors[0]!, errors[1]!, (since, at) => ({ type: "claim", ...bounds(since, at), ...said }));
    if (exits && order === beliefs.length - 1) {
      // A process's end is never lost with its pipe.
      const at = Math.max(seen, to + errors[3]!);
      if (at <= truth.end)
        events.push({
          type: "replica",
          ...bounds(to - errors[2]!, at),
          ...who,
          phase: "exited",
          revision: "r",
          code: 0,
        });
    } else see(to, errors[2]!, errors[3]!, (since, at) => ({ type: "disclaim", ...bounds(since, at), ...said }));
  });
  return events;
}

/** What an imperfect observer saw of it. */
export function observed(truth: Truth) {
  const events = truth.actors.flatMap((each, index) => sightingsOf(truth, each, index));
  if (truth.stall !== undefined)
    events.push({ type: "stall", since: millis(0), at: millis(1000), who: "harness", ms: truth.stall });
  events.push({ type: "end", since: millis(truth.end - ERROR), at: millis(truth.end), reason: "complete" });
  return { header: headerWith({ minimum: { terms: 0 } }), events };
}
