import { expect, test } from "vitest";
import { followLeadership } from "../../../harness/clusters/leadership.ts";
import type { HistoryEvent, Recorder } from "../../../harness/core/events.ts";
import { millis } from "../../../harness/core/time.ts";

const at = millis(1);
const bounds = { since: at, at };
const [a, b] = [
  { replica: "demo-a", incarnation: 1 },
  { replica: "demo-b", incarnation: 1 },
];
const inner = (events: HistoryEvent[] = []): Recorder => ({
  now: () => at,
  since: () => at,
  record: (event) => void events.push(event),
});
const record = (holder: string): HistoryEvent => ({
  type: "record",
  ...bounds,
  version: "1",
  object: "demo",
  record: { holder, durationSeconds: 1, acquireTime: null, renewTime: null, transitions: 0 },
});

test("the latest claim that was not taken back leads, while its incarnation lives", () => {
  const events: HistoryEvent[] = [];
  const { recorder, leaderOf } = followLeadership(inner(events), "stdout");
  recorder.record(record("demo-b"));
  expect(leaderOf([a, b])).toBeUndefined();
  recorder.record({ type: "claim", ...bounds, ...a, source: "stdout" });
  recorder.record({ type: "claim", ...bounds, ...b, source: "stdout" });
  expect(leaderOf([a, b])).toBe(b);
  expect(leaderOf([a, { ...b, incarnation: 2 }])).toBe(a);
  recorder.record({ type: "disclaim", ...bounds, ...a, source: "stdout" });
  expect(leaderOf([a])).toBeUndefined();
  expect(events).toHaveLength(4);
});

test("answers count like statements, and repeating one does not renew it", () => {
  const { recorder, leaderOf } = followLeadership(inner(), "http");
  const answer = (who: typeof a, leading: boolean): HistoryEvent => ({
    type: "answer",
    at,
    asked: at,
    ...who,
    leading,
  });
  recorder.record(answer(a, true));
  recorder.record(answer(b, true));
  recorder.record(answer(a, true));
  expect(leaderOf([a, b])).toBe(b);
  recorder.record(answer(b, false));
  expect(leaderOf([a, b])).toBe(a);
});

test("where nothing is stated the record's holder leads, also under client-go's identity", () => {
  const { recorder, leaderOf } = followLeadership(inner(), "record");
  recorder.record(record("demo-b_2f1c"));
  expect(leaderOf([a, b])).toBe(b);
  recorder.record(record(""));
  expect(leaderOf([a, b])).toBeUndefined();
});
