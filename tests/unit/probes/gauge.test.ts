import { expect, test } from "vitest";
import { understandGauge } from "../../../harness/probes/gauge.ts";

const metric = "leader_election_master_status";
const one = { metric, name: "lock" };
const page = (...lines: readonly string[]): string =>
  [`# HELP ${metric} who leads`, `# TYPE ${metric} gauge`, "up 1", ...lines, ""].join("\n");

test.each([
  [page(`${metric}{name="lock"} 1`), one, true],
  [page(`${metric}{name="lock"} 0`), one, false],
  [page(`${metric}{name="lock"} 1e0 1700000000000\r`), one, true],
  [page(`${metric}{pod="a,b=\\"c\\"",name="lock"} 1`, `${metric}{name="other"} 0`), one, true],
  [page(`${metric} 1`), { metric }, true],
  [page(`${metric}{name="lo\\"ck"} 0`), { metric, name: 'lo"ck' }, false],
])("%j is understood", (body, gauge, leading) => {
  expect(understandGauge(200, body, gauge)).toEqual({ leading });
});

test.each([
  ["none of that name", 200, page(`${metric}{name="other"} 1`), one],
  ["several, and none is named", 200, page(`${metric}{name="a"} 1`, `${metric}{name="b"} 0`), { metric }],
  ["a longer name", 200, page(`${metric}_total{name="lock"} 1`), one],
  ["another label's value", 200, page(`${metric}{rename="lock"} 1`), one],
  ["no gauge of leadership", 200, page(`${metric}{name="lock"} 2`), one],
  ["not a number", 200, page(`${metric}{name="lock"} NaN`), one],
  ["an error page", 500, page(`${metric}{name="lock"} 1`), one],
  ["nothing", 200, "", one],
])("%s is no denial", (_what, status, body, gauge) => {
  expect(understandGauge(status, body, gauge)).toBeUndefined();
});
