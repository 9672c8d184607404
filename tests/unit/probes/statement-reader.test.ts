import { expect, test } from "vitest";
import { InputError } from "../../../harness/core/errors.ts";
import type { Observe } from "../../../harness/core/elector.ts";
import { millis } from "../../../harness/core/time.ts";
import { statementReader } from "../../../harness/probes/statement-reader.ts";
import { realRecorder } from "../runner/recorder-support.ts";

const who = { replica: "demo-1", incarnation: 2 };
const bounds = { since: millis(10), at: millis(12.5) };

async function read(observe: Observe, ...lines: readonly string[]): Promise<unknown[]> {
  await using recorder = realRecorder();
  const reader = statementReader(observe, () => who, recorder);
  for (const line of lines) reader(line, bounds);
  return recorder.events.map(({ type, ...rest }) => ("token" in rest ? [type, rest.token] : [type]));
}

test("a JSON line with a boolean `leading` is a statement, with its bounds, its author and its token", async () => {
  await using recorder = realRecorder();
  const reader = statementReader({ via: "stdout" }, () => ({ ...who, revision: "not for the history" }), recorder);
  reader('{"leading": true, "token": 7}', bounds);
  reader(' {"leading":false}\r', bounds);
  expect(recorder.events).toEqual([
    { type: "claim", ...bounds, ...who, token: 7, source: "stdout" },
    { type: "disclaim", ...bounds, ...who, source: "stdout" },
  ]);
});

test.each([
  "I am leading",
  "",
  "true",
  "null",
  '{"leading": "true"}',
  '{"leading": 1}',
  '{"leader": true}',
  '{"leading": true',
  '[{"leading": true}]',
  'leading {"leading": true}',
  `{"a":`.repeat(20_000) + '"leading"',
])("%.40s is log", async (line) => {
  expect(await read({ via: "stdout" }, line)).toEqual([]);
});

test("a token that is no finite number is left aside, the statement stands", async () => {
  const lines = ['{"leading": true, "token": "x"}', '{"leading": false, "token": 1e999}'];
  expect(await read({ via: "stdout" }, ...lines)).toEqual([["claim"], ["disclaim"]]);
});

test("log lines are matched by the elector's two expressions; a line that matches both says nothing", async () => {
  const observe: Observe = { via: "log", acquired: "[Ss]uccessfully acquired lease", lost: "failed to renew lease" };
  const events = await read(
    observe,
    "I0101 leaderelection.go:260] successfully acquired lease ns/demo",
    "something else",
    "successfully acquired lease, failed to renew lease",
    "E0101 failed to renew lease ns/demo: timed out",
  );
  expect(events).toEqual([["claim"], ["disclaim"]]);
});

test("an expression without end of backtracking comes to an end", async () => {
  const observe: Observe = { via: "log", acquired: "(a+)+$", lost: "lost" };
  expect(await read(observe, `${"a".repeat(4000)}b`, "lost")).toEqual([["disclaim"]]);
});

test("a broken expression is the user's, and is named", async () => {
  await using recorder = realRecorder();
  const make = (): unknown => statementReader({ via: "log", acquired: "ok", lost: "(" }, () => who, recorder);
  expect(make).toThrow(InputError);
  expect(make).toThrow(/observe\.log\.lost/);
});

test("a flood of one statement is recorded only so often; the next other one is not lost", async () => {
  const flood = Array.from({ length: 5000 }, () => '{"leading": true}');
  const events = await read({ via: "stdout" }, ...flood, '{"leading": false}');
  expect(events.length).toBeLessThan(200);
  expect(events.at(-1)).toEqual(["disclaim"]);
});

test("where statements come by another way, lines are log", async () => {
  const line = '{"leading": true}';
  expect(await read({ via: "http", port: 1, path: "/" }, line)).toEqual([]);
  expect(await read({ via: "record" }, line)).toEqual([]);
});
