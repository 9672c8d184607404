import { expect, test } from "vitest";
import { crowdingAdvice, crowdingOf } from "../../../harness/core/crowding.ts";
import type { HistoryEvent } from "../../../harness/core/events.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis } from "../../../harness/core/time.ts";
import { header } from "../runner/recorder-support.ts";

const stall = (who: Extract<HistoryEvent, { type: "stall" }>["who"], at: number, ms: number): HistoryEvent => ({
  type: "stall",
  who,
  since: millis(at - 100),
  at: millis(at),
  ms,
});
const demo = (index: number) => ({ replica: `demo-${index}`, incarnation: 1 });

const view = (...stalls: HistoryEvent[]) =>
  viewOf({
    header,
    events: [
      { type: "replica", at: millis(1000), ...demo(1), phase: "started", revision: "r" },
      ...stalls,
      { type: "end", at: millis(11_000), reason: "complete" },
    ],
  });

test("what the harness lost, and what the replica lost that fared worst, as shares of the trial", () => {
  const seen = view(
    stall("harness", 2000, 100),
    stall(demo(1), 3000, 50),
    stall(demo(2), 4000, 90),
    stall(demo(2), 5000, 60),
  );
  expect(crowdingOf(seen)).toEqual({ harness: 0.01, replica: 0.015 });
});

test("a quiet trial is no crowded one", () => {
  expect(crowdingAdvice(crowdingOf(view()), 40)).toBeUndefined();
  expect(crowdingAdvice({ harness: 0.01, replica: 0.04 }, 40)).toBeUndefined();
});

test("a crowded trial among others advises fewer of them, a lone one quiet", () => {
  const advice = crowdingAdvice({ harness: 0.031, replica: 0.2 }, 40);
  expect(advice).toContain("late in 3 % of the trial");
  expect(advice).toContain("in 20 % of it");
  expect(advice).toContain("40 trials shared it; try a lower --jobs");
  expect(crowdingAdvice({ harness: 0, replica: 0.2 }, 1)).not.toContain("--jobs");
});
