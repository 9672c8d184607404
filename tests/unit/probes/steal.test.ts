import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stolenMillis, watchSteal } from "../../../harness/probes/steal.ts";
import { realRecorder } from "../runner/recorder-support.ts";

test("steal is the eighth figure of the first line, in hundredths of a second", () => {
  expect(stolenMillis("cpu  25290 0 9611 335914 672 0 119 43 7 9\ncpu0 1 2 3 4 5 6 7 8\n")).toBe(430);
  expect(stolenMillis(readFileSync("/proc/stat", "latin1"))).toBeGreaterThanOrEqual(0);
});

test("watching it needs nothing but /proc/stat", async () => {
  await using recorder = realRecorder();
  watchSteal({ recorder })[Symbol.dispose]();
  expect(recorder.events).toEqual([]);
});
