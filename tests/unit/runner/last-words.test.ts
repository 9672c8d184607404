import { expect, test } from "vitest";
import type { HistoryEvent } from "../../../harness/core/events.ts";
import { millis } from "../../../harness/core/time.ts";
import { lastWords } from "../../../harness/runner/last-words.ts";

const life = (incarnation: number, phase: "started" | "terminating" | "exited", code = 0): HistoryEvent => ({
  type: "replica",
  at: millis(incarnation),
  replica: "demo-1",
  incarnation,
  revision: "r",
  phase,
  ...(phase === "exited" ? { code } : {}),
});

test("processes that ended by themselves are counted, and the last is quoted", () => {
  const events = [life(1, "started"), life(1, "exited", 1), life(2, "started"), life(2, "exited", 7)];
  expect(lastWords(events, () => "one\nport 4444 is taken\n\n[interregnum] process 2 ended\n")).toBe(
    "2 of 2 processes ended by themselves, the last with status 7; its log ends: port 4444 is taken",
  );
});

test("one that was told to end did not end by itself", () =>
  expect(lastWords([life(1, "started"), life(1, "terminating"), life(1, "exited")], () => "")).toBeUndefined());

test("one that a fault ended did not end by itself, and one that ended after it was healed did", () => {
  const fault = (phase: "inject" | "healed", at: number): HistoryEvent => ({
    type: "fault",
    at: millis(at),
    id: "node-stop-1",
    fault: "node-stop",
    phase,
    targets: ["demo-1"],
    effect: "end",
  });
  const events = [fault("inject", 1), life(2, "exited", 7), fault("healed", 3)];
  expect(lastWords(events, () => "")).toBeUndefined();
  expect(lastWords([...events, life(4, "exited", 7)], () => "")).toContain("1 of 0 processes");
});
