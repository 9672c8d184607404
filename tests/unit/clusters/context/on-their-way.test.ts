import { expect, test } from "vitest";
import { onTheirWay } from "../../../../harness/clusters/context/on-their-way.ts";
import type { HistoryEvent } from "../../../../harness/core/events.ts";
import { millis } from "../../../../harness/core/time.ts";

test("acts and disclaimers are older by the delay, never younger, and nothing else is", () => {
  const seen: HistoryEvent[] = [];
  const inner = {
    now: () => millis(0),
    since: () => millis(0),
    record: (event: HistoryEvent) => void seen.push(event),
  };
  const recorder = onTheirWay(inner, {
    late: (replica, since, at) => (replica === "far" ? at - since : 0),
    trip: (replica, at) => (replica === "far" && at === 100 ? 30 : 0),
  });
  const who = { replica: "far", incarnation: 1 };
  const bounds = { since: millis(90), at: millis(100) };
  recorder.record({ type: "act", ...who, ...bounds, accepted: true });
  recorder.record({ type: "disclaim", source: "stdout", ...who, ...bounds });
  recorder.record({ type: "disclaim", source: "stdout", ...who, since: millis(10), at: millis(100) });
  recorder.record({ type: "claim", source: "stdout", ...who, ...bounds });
  recorder.record({ type: "disclaim", source: "stdout", replica: "near", incarnation: 1, ...bounds });
  expect(seen.map((event) => ("since" in event ? event.since : undefined))).toEqual([80, 60, 0, 90, 90]);
});
