import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HarnessError } from "../../../harness/core/errors.ts";
import type { HistoryEvent } from "../../../harness/core/events.ts";
import { millis } from "../../../harness/core/time.ts";
import { observationErrors } from "../../../harness/runner/observation-error.ts";
import { openLoopClock, openRecorder } from "../../../harness/runner/recorder.ts";
import { header, realRecorder } from "./recorder-support.ts";

const step = (index: number, at: number): HistoryEvent => ({
  type: "step",
  at: millis(at),
  index,
  name: "settle",
  phase: "start",
});
const linesOf = (file: string): unknown[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

test("the header comes first, then the events in the order recorded, written when the turn ends", async () => {
  await using recorder = realRecorder();
  expect(linesOf(recorder.file)).toEqual([header]);
  const events = [step(0, 12.345), step(2, 13), step(1, 12)];
  for (const event of events) recorder.record(event);
  await new Promise((next) => setImmediate(() => setImmediate(next)));
  expect(linesOf(recorder.file)).toEqual([header, ...events]);
  expect(recorder.events).toEqual(events);
});

test("listeners hear of each event until they leave", async () => {
  await using recorder = realRecorder();
  const heard: HistoryEvent[] = [];
  {
    using _listening = recorder.onEvent((event) => heard.push(event));
    recorder.record(step(0, 1));
  }
  recorder.record(step(1, 2));
  expect(heard).toEqual([step(0, 1)]);
});

test("disposing writes what is left and drops what comes later", async () => {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-test-"));
  using clock = openLoopClock();
  const recorder = openRecorder({ clock, file: join(folder, "history.jsonl"), header });
  recorder.record(step(0, 1));
  await recorder[Symbol.asyncDispose]();
  recorder.record(step(1, 2));
  await recorder[Symbol.asyncDispose]();
  expect(recorder.events).toEqual([step(0, 1)]);
  expect(linesOf(join(folder, "history.jsonl"))).toEqual([header, step(0, 1)]);
  rmSync(folder, { recursive: true });
});

test("times have microsecond precision, and since is never after now", async () => {
  await using recorder = realRecorder();
  for (let i = 0; i < 100; i += 1) {
    const [since, now] = [recorder.since(), recorder.now()];
    expect(String(now)).toMatch(/^\d+(\.\d{1,3})?$/);
    expect(String(since)).toMatch(/^\d+(\.\d{1,3})?$/);
    expect(since).toBeLessThanOrEqual(now);
    await new Promise((next) => setImmediate(next));
  }
});

test("after a SIGKILL the file is whole up to its last line, and misses at most the last turn", async () => {
  const folder = mkdtempSync(join(tmpdir(), "interregnum-test-"));
  const file = join(folder, "history.jsonl");
  const victim = spawn(process.execPath, [join(import.meta.dirname, "recorder-victim.ts"), file]);
  let said = "";
  victim.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split("\n").length > 40) victim.kill("SIGKILL");
  });
  const [, signal] = (await once(victim, "close")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  const recorded = Number(said.split("\n").at(-2));
  const [first, ...events] = linesOf(file) as [unknown, ...HistoryEvent[]];
  expect(first).toEqual(header);
  expect(events.length).toBeGreaterThanOrEqual(recorded);
  expect(events.map((event) => event.type === "step" && event.index)).toEqual(events.map((_, index) => index));
  rmSync(folder, { recursive: true });
});

test("a full disk is a HarnessError with a mend, at once and at disposal", async () => {
  using clock = openLoopClock();
  const recorder = openRecorder({ clock, file: "/dev/full", header });
  expect(recorder.failure()).toBeInstanceOf(HarnessError);
  expect(recorder.failure()?.message).toContain("ENOSPC");
  expect(recorder.failure()?.mend).toContain("--out");
  recorder.record(step(0, 1));
  expect(recorder.events).toHaveLength(1);
  await expect(recorder[Symbol.asyncDispose]()).rejects.toBe(recorder.failure());
});

test("a folder that cannot be made is a HarnessError", () => {
  using clock = openLoopClock();
  expect(() => openRecorder({ clock, file: "/dev/null/history.jsonl", header })).toThrow(HarnessError);
});

test("the observation error is the width of what was observed", () => {
  const errors = observationErrors();
  const who = { replica: "demo-1", incarnation: 1 };
  for (let width = 1; width <= 100; width += 1)
    errors.add({ type: "claim", source: "stdout", since: millis(10), at: millis(10 + width), ...who });
  errors.add({ type: "gap", reason: "not an observation", since: millis(0), at: millis(9000), ...who });
  const statements = { count: 100, p50: 50, p99: 99, max: 100 };
  expect(errors.summary()).toEqual({ ...statements, byProbe: { statements } });
  // Answers are many: they would hide how exactly the rest is seen.
  errors.add({ type: "answer", asked: millis(10), at: millis(12), leading: true, ...who });
  const answers = { count: 1, p50: 2, p99: 2, max: 2 };
  expect(errors.summary()).toEqual({ ...statements, byProbe: { statements, answers } });
  expect(observationErrors().summary()).toEqual({ count: 0, p50: 0, p99: 0, max: 0, byProbe: {} });
});
