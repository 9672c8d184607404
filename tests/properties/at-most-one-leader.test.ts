import fc from "fast-check";
import { expect, test } from "vitest";
import { allProperties, atMostOneLeader } from "../../harness/checkers/index.ts";
import type { History, HistoryEvent } from "../../harness/core/events.ts";
import { judge } from "../../harness/core/judge.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { ERROR, observed, orderlyTruths, trueOverlaps, truths } from "./truth.ts";

test("beliefs that never overlapped are never accused, whatever the error of observation and the gaps", () => {
  fc.assert(
    fc.property(orderlyTruths, (truth) => {
      const { verdict, witnesses } = atMostOneLeader.judge(viewOf(observed(truth)));
      expect([verdict, witnesses]).not.toContain("fail");
    }),
    { numRuns: 3000 },
  );
});

test("an overlap longer than the error is found, with the right pair and bounds, and none at all ever passes", () => {
  fc.assert(
    fc.property(truths, (truth) => {
      const overlaps = trueOverlaps(truth);
      const { verdict, witnesses, hazards } = atMostOneLeader.judge(viewOf(observed(truth)));
      const found = [...witnesses, ...hazards];
      if (overlaps.some(({ read }) => read > 0)) expect(verdict === "pass" && hazards.length === 0).toBe(false);
      for (const { pair, read } of overlaps) {
        const blind = truth.actors.some((actor, index) => pair.includes(`demo-${index}`) && actor.gap !== undefined);
        if (read > 2 * ERROR + 1 && !blind)
          expect(found.some(({ incarnations }) => pair.every((name) => incarnations.includes(`${name}#1`)))).toBe(true);
      }
      for (const { incarnations, overlap } of witnesses) {
        const real = overlaps.filter(({ pair }) => pair.every((name) => incarnations.includes(`${name}#1`)));
        expect(real.some(({ ms }) => ms >= overlap!.least && ms <= overlap!.most)).toBe(true);
      }
    }),
    { numRuns: 4000 },
  );
});

/** Keeps the order of what one channel told at one instant; everything else may arrive in any order. */
function reordered(events: readonly HistoryEvent[], keys: readonly number[]): HistoryEvent[] {
  const shuffled = events
    .map((event, index) => ({ event, index, key: keys[index % keys.length]! + event.at }))
    .sort((a, b) => a.key - b.key || a.index - b.index);
  const channel = (event: HistoryEvent) =>
    "replica" in event ? `${event.replica} ${event.at}` : `${event.type} ${event.at}`;
  const queues = Map.groupBy(events, channel);
  return shuffled.map(({ event }) => queues.get(channel(event))!.shift()!);
}

/** All of a judgement but its prose, in which one of several equal causes is named. */
function essence(history: History) {
  const { verdict, results, measures } = judge(viewOf(history), allProperties);
  const shown = results.map((result) => ({
    name: result.name,
    verdict: result.verdict,
    overlaps: [...result.witnesses, ...result.hazards].map(({ incarnations, overlap }) => ({ incarnations, overlap })),
  }));
  return { verdict, shown, measures };
}

test("the verdicts do not depend on the order of recording within the clock's error", () => {
  fc.assert(
    fc.property(
      truths,
      fc.array(fc.integer({ min: -ERROR, max: ERROR }), { minLength: 1, maxLength: 7 }),
      (truth, keys) => {
        const { header, events } = observed(truth);
        const shuffled = { header, events: reordered(events, keys) };
        expect(essence(shuffled)).toEqual(essence({ header, events }));
      },
    ),
    { numRuns: 2000 },
  );
});
