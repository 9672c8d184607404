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
