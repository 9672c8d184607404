import { describe, expect, test } from "vitest";
import { commitBounds } from "../../../../harness/clusters/apiserver/commit-bounds.ts";
import type { InvokeEvent, LockRecord, ReturnEvent } from "../../../../harness/core/events.ts";
import { millis } from "../../../../harness/core/time.ts";

const lock = { resource: "leases", name: "demo" };
const record = (holder: string, renewTime: string): LockRecord => ({
  holder,
  durationSeconds: 4,
  acquireTime: "then",
  renewTime,
  transitions: 0,
});
const mine = record("a", "1");

const invoke = (call: number, at: number, more: Partial<InvokeEvent> = {}): InvokeEvent => ({
  type: "invoke",
  at: millis(at),
  replica: "a",
  incarnation: 1,
  call,
  verb: "update",
  resource: "leases",
  object: "demo",
  record: mine,
  ...more,
});
const ended = (call: number, type: ReturnEvent["type"], at: number, more: Partial<ReturnEvent> = {}): ReturnEvent => ({
  type,
  at: millis(at),
  replica: "a",
  incarnation: 1,
  call,
  status: 200,
  ...more,
});
const committed = (since: number, at: number, version: string) => ({
  committed: { since: millis(since), at: millis(at) },
  version,
});

describe("when a version that is seen on a watch was committed", () => {
  test("between its author's being forwarded and answered, where the answer is known", () => {
    const bounds = commitBounds(lock, millis(0));
    bounds.learn(invoke(1, 100));
    bounds.learn(ended(1, "ok", 130, committed(105, 120, "7")));
    expect(bounds.of("7", mine, millis(140))).toEqual({ since: 105, at: 120 });
  });

  test("after the request that carries it, where the watch was faster than the answer", () => {
    const bounds = commitBounds(lock, millis(0));
    bounds.learn(invoke(1, 50, { record: record("b", "0") }));
    bounds.learn(invoke(2, 100));
    expect(bounds.of("7", mine, millis(110))).toEqual({ since: 100, at: 110 });
  });

  test("after any write under way, where none says what it will be", () => {
    const bounds = commitBounds(lock, millis(0));
    bounds.learn(invoke(1, 50, { verb: "patch" }));
    bounds.learn(invoke(2, 100));
    expect(bounds.of("7", mine, millis(110))).toEqual({ since: 50, at: 110 });
  });

  test("a write whose reply was lost may come true later", () => {
    const bounds = commitBounds(lock, millis(0));
    bounds.learn(invoke(1, 100));
    bounds.learn(ended(1, "info", 120, { status: 0 }));
    expect(bounds.of("7", mine, millis(500))).toEqual({ since: 100, at: 500 });
  });

  test("a write that was refused never does", () => {
    const bounds = commitBounds(lock, millis(10));
    bounds.learn(invoke(1, 100));
    bounds.learn(ended(1, "fail", 120, { status: 409 }));
    expect(bounds.of("7", mine, millis(500))).toEqual({ since: 10, at: 500 });
  });

  test("never before the version that it replaced", () => {
    const bounds = commitBounds(lock, millis(0));
    bounds.learn(invoke(1, 100));
    bounds.learn(invoke(2, 90, { record: record("b", "0") }));
    expect(bounds.of("7", mine, millis(110)).since).toBe(100);
    expect(bounds.of("8", record("b", "0"), millis(120))).toEqual({ since: 100, at: 120 });
  });

  test("a deletion is no older than the first request to delete", () => {
    const bounds = commitBounds(lock, millis(0));
    bounds.learn(invoke(1, 50));
    const { record: _none, ...bare } = invoke(2, 100, { verb: "delete" });
    bounds.learn(bare);
    bounds.learn(ended(2, "ok", 105, { committed: { since: millis(101), at: millis(104) } }));
    expect(bounds.of("9", null, millis(110))).toEqual({ since: 100, at: 110 });
  });

  test("the harness's own edit is bounded by its call", () => {
    const bounds = commitBounds(lock, millis(0));
    const answered = bounds.writing(millis(200), false);
    answered("9", millis(220));
    expect(bounds.of("9", record("stranger", "1"), millis(230))).toEqual({ since: 200, at: 220 });
  });

  test("other objects' writes are nobody's business", () => {
    const bounds = commitBounds(lock, millis(5));
    bounds.learn(invoke(1, 100, { object: "other" }));
    bounds.learn(invoke(2, 100, { resource: "events" }));
    expect(bounds.of("7", mine, millis(110))).toEqual({ since: 5, at: 110 });
  });
});
