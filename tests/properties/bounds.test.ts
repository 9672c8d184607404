import fc from "fast-check";
import { expect, test } from "vitest";
import { endpointAgreement, stepDown } from "../../harness/checkers/index.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { opening } from "../unit/checkers/stories.ts";
import { Story } from "../unit/checkers/story.ts";

const [DEADLINE, RETRY, LEASE] = [2000, 1000, 4000];

/** A leader that renews with replies of some delay, and is then cut off, paused and stalled. */
const terms = fc.record({
  renewals: fc.array(fc.record({ wait: fc.integer({ min: 300, max: 1000 }), late: fc.integer({ min: 1, max: 400 }) }), {
    minLength: 1,
    maxLength: 8,
  }),
  /** How it is kept from renewing, and when after the last reply. */
  how: fc.constantFrom("cut", "errors"),
  cut: fc.integer({ min: 0, max: 900 }),
  pause: fc.option(fc.record({ from: fc.integer({ min: 0, max: 2500 }), length: fc.integer({ min: 1, max: 6000 }) })),
  stall: fc.option(fc.record({ from: fc.integer({ min: 0, max: 2500 }), length: fc.integer({ min: 1, max: 500 }) })),
  /** What it grants itself of D + P, and how much later than that it is seen to stop, in ms. */
  used: fc.double({ min: 0.5, max: 1, noNaN: true }),
  over: fc.integer({ min: 500, max: 5000 }),
});
type Term = typeof terms extends fc.Arbitrary<infer T> ? T : never;

/** Tells the term; it stops in time, or `over` ms too late. */
function told({ renewals, how, cut, pause, stall, used, over }: Term, late: boolean): Story {
  const story = new Story().starts("a", 0).writes("a", 990, "a").claims("a", 1000);
  let at = 995;
  for (const { wait, late: delay } of renewals) {
    at += wait;
    story.writes("a", at, "a", "update", delay);
    at += 2 + delay;
  }
  const renewed = at;
  let stops = renewed + used * (DEADLINE + RETRY);
  for (const each of [pause, stall])
    if (each && renewed + each.from < stops) stops = Math.max(stops, renewed + each.from) + each.length;
  if (late) stops = renewed + DEADLINE + RETRY + (pause?.length ?? 0) + 2 * (stall?.length ?? 0) + 450 + over;
  if (how === "cut") story.fault("partition", "cut", "a", renewed + cut, stops + 5000);
  else for (let tried = renewed + 100; tried < stops; tried += 500) story.calls("a", tried, "update", { status: 503 });
  if (pause) story.fault("pause", "pause", "a", renewed + pause.from, renewed + pause.from + pause.length);
  if (stall) story.stalls("a", renewed + stall.from, renewed + stall.from + stall.length);
  return story.disclaims("a", stops).ends(stops + 6000);
}

test("a leader that stops within D + P of its last answered renewal is never accused, whatever stopped it meanwhile", () => {
  fc.assert(
    fc.property(terms, (term) => {
      const { verdict, reason } = stepDown.judge(viewOf(told(term, false).history()));
      expect([verdict, reason]).not.toContain("fail");
    }),
    { numRuns: 1500 },
  );
});

test("one that leads on for longer than that and all that stopped it is convicted", () => {
  fc.assert(
    fc.property(terms, (term) => {
      expect(stepDown.judge(viewOf(told(term, true).history()))).toMatchObject({ verdict: "fail" });
    }),
    { numRuns: 500 },
  );
});

/** Reigns of a and b in turn, each ended by an expiry, and an endpoint that lags behind the record by `lag` ms. */
const watched = fc.record({
  reigns: fc.array(fc.integer({ min: 500, max: 30_000 }), { minLength: 2, maxLength: 5 }),
  lag: fc.integer({ min: 0, max: LEASE + RETRY }),
  every: fc.integer({ min: 50, max: 900 }),
});

function answered(reigns: readonly number[], every: number, lag: number): Story {
  const story = opening({ elector: { observe: "http" } }, 1000);
  const changes: { readonly at: number; readonly holder: string }[] = [{ at: 0, holder: "a" }];
  let at = 2000;
  for (const [index, length] of reigns.entries()) {
    const holder = index % 2 === 0 ? "b" : "a";
    changes.push({ at, holder });
    story.renews(holder, at, at + length);
    at += length + LEASE + RETRY;
  }
  const seen = (time: number) => changes.findLast((change) => change.at <= Math.max(0, time))!.holder;
  for (let asked = 1500; asked < at; asked += every) {
    const name = seen(asked - lag);
    story.answers("c", asked, name === "c", undefined, name);
  }
  return story.starts("c", 100).ends(at);
}

test("an endpoint that lags behind the record by less than the bound is never accused; a frozen one is convicted", () => {
  fc.assert(
    fc.property(watched, ({ reigns, every, lag }) => {
      expect(endpointAgreement.judge(viewOf(answered(reigns, every, lag).history())).verdict).toBe("pass");
      const frozen = answered([10_000 + reigns[0]!, ...reigns], every, Infinity);
      expect(endpointAgreement.judge(viewOf(frozen.history()))).toMatchObject({ verdict: "fail", direct: true });
    }),
    { numRuns: 200 },
  );
});
