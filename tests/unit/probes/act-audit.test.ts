import { expect, test } from "vitest";
import type { HistoryEvent, InvokeEvent, Recorder, ReturnEvent } from "../../../harness/core/events.ts";
import { millis } from "../../../harness/core/time.ts";
import { auditActs } from "../../../harness/probes/act-audit.ts";

const who = { replica: "a", incarnation: 1 };
const bind = (call: number, at: number, more: Partial<InvokeEvent> = {}): InvokeEvent => ({
  ...who,
  type: "invoke",
  at: millis(at),
  call,
  verb: "create",
  resource: "pods/binding",
  object: `p-${call}`,
  ...more,
});
const end = (call: number, at: number, more: Partial<ReturnEvent> = {}): ReturnEvent => ({
  ...who,
  type: "ok",
  at: millis(at),
  call,
  status: 201,
  committed: { since: millis(at - 3), at: millis(at - 1) },
  ...more,
});

function heard(...told: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const inner: Recorder = { now: () => millis(0), since: () => millis(0), record: (event) => void events.push(event) };
  const recorder = auditActs(inner, ["create pods/binding"]);
  for (const event of told) recorder.record(event);
  expect(events.filter((event) => event.type !== "act")).toEqual(told);
  return events.filter((event) => event.type === "act");
}

test("a committed call is an act of its replica, from its arrival at the gate to the API's success", () => {
  expect(heard(bind(1, 100), end(1, 140))).toEqual([
    { ...who, type: "act", since: 100, at: 139, accepted: true, what: "create pods/binding p-1" },
  ]);
});

test("a lost reply does not undo what the API committed", () => {
  expect(heard(bind(1, 100), end(1, 140, { type: "info", status: 0 }))).toHaveLength(1);
});

test("what was not committed, or is no work, is no act", () => {
  const { committed: _, ...refused } = end(1, 140, { type: "fail", status: 409 });
  expect(heard(bind(1, 100), refused)).toEqual([]);
  expect(heard(bind(2, 100, { verb: "patch" }), end(2, 140))).toEqual([]);
  expect(heard(bind(3, 100, { resource: "pods" }), end(3, 140))).toEqual([]);
  expect(heard(bind(4, 100))).toEqual([]);
});

test("equal call numbers of two replicas are told apart, and each call is one act", () => {
  const other = { replica: "b" };
  const acts = heard(bind(1, 100), bind(1, 101, other), end(1, 130, other), end(1, 140), end(1, 150));
  expect(acts).toMatchObject([
    { replica: "b", since: 101, at: 129 },
    { replica: "a", since: 100, at: 139 },
  ]);
});
