import { expect, test } from "vitest";
import { millis } from "../../../harness/core/time.ts";
import { describeEvent } from "../../../harness/report/describe.ts";
import { distributionPlot } from "../../../harness/report/distribution.ts";
import { matrixDocument, matrixTable } from "../../../harness/report/matrix.ts";
import { plainText, xmlText } from "../../../harness/report/safe.ts";
import { firstFailure, summariseProperties } from "../../../harness/report/summary.ts";
import { formatMeasure, formatOverlap, formatThreshold, measureLabel } from "../../../harness/report/words.ts";
import { hostile } from "./hostile.ts";
import { syntheticRun } from "./synthetic.ts";

const who = { replica: "demo-1", incarnation: 2 };
const at = millis(1000);

test("events are told in one plain line", () => {
  expect(describeEvent({ type: "claim", ...who, since: at, at, source: "stdout", token: 3 })).toBe(
    "demo-1#2 says that it leads (token 3)",
  );
  expect(
    describeEvent({ type: "replica", ...who, at, phase: "exited", revision: "a", code: null, signal: "SIGKILL" }),
  ).toBe("demo-1#2 exited by SIGKILL");
  expect(describeEvent({ type: "ok", ...who, at, call: 4, status: 200 })).toBe(
    "demo-1#2's call 4 is answered with 200",
  );
  expect(
    describeEvent({ type: "record", since: at, at, version: "7", object: "leases/x", record: null, fault: "f2" }),
  ).toBe("the record leases/x was deleted (version 7), written by fault f2");
  expect(describeEvent({ type: "stall", since: at, at, who: "harness", ms: 41 })).toBe(
    "the harness could not run for 41 ms",
  );
  expect(
    describeEvent({
      type: "fault",
      at,
      id: "f1",
      fault: "pause",
      phase: "landed",
      targets: ["demo-1"],
      effect: "pause",
      detail: "state T",
    }),
  ).toBe("fault pause on demo-1 landed: state T");
  expect(describeEvent({ type: "gap", ...who, since: at, at: millis(2300), reason: hostile })).not.toMatch(/\p{Cc}/u);
});

test("figures keep their units", () => {
  expect(formatOverlap({ least: 412.4, most: 433.2 })).toBe("[412, 433] ms");
  expect(formatOverlap({ least: 12_000, most: Infinity })).toBe("[12.00, ∞] s");
  expect(formatMeasure("failoverMs", 812.4)).toBe("812 ms");
  expect(formatMeasure("requestsPerMinute", 41.25)).toBe("41.3");
  expect(formatMeasure("failoverMs", null)).toBe("–");
  expect(measureLabel("overlapInHazardsMs")).toBe("overlap in hazards");
  expect(formatThreshold({ expression: "failover.p95<20s", value: 1830, crossed: false })).toBe("1.83 s");
  expect(formatThreshold({ expression: "requestsPerMinute.p95<500", value: 412, crossed: false })).toBe("412");
});

test("control characters are shown, not obeyed", () => {
  expect(plainText("a\u001b[31mb\nc\u202ed")).toBe("a␛[31mb c\\u{202e}d");
  expect(xmlText("a\u0000b\ud800c\n")).toBe("a�b�c\n");
});

test("a failure that upstream admits never hides one that it does not", () => {
  const { run } = syntheticRun([{ kind: "fail" }]);
  const [trial] = run.trials;
  const properties = trial!.properties.map((result, index) => (index === 0 ? { ...result, known: true } : result));
  const changed = { ...run, trials: [{ ...trial!, properties }] };
  expect(firstFailure(run)?.result.name).toBe("at-most-one-leader");
  expect(firstFailure(changed)?.result.name).toBe("at-most-one-effect");
});

test("a property over trials has the worst verdict, the weakest level and the reason of the trial that gave it", () => {
  const { run } = syntheticRun([{ kind: "pass" }, { kind: "unknown" }, { kind: "hazard" }]);
  const first = summariseProperties(run)[0]!;
  expect(first).toMatchObject({ verdict: "unknown", trial: 1, counts: { pass: 2, unknown: 1, fail: 0 } });
  expect(first.hazards.map(({ trial }) => trial)).toEqual([2]);
});

test("the matrix has a cell for each elector and scenario, and skipped ones say why", () => {
  const fail = syntheticRun([{ kind: "fail" }]).run;
  const hazard = syntheticRun([{ kind: "hazard" }, { kind: "hazard" }]).run;
  const document = matrixDocument([
    { elector: "reference", scenario: "pause-leader", run: hazard, folder: "/reports/a" },
    { elector: "no-deadline", scenario: "partition-leader", run: fail },
    { elector: "client-go", scenario: "pause-leader", skipped: "go is not on PATH" },
  ]);
  expect(document.verdict).toBe("fail");
  expect(document.cells[0]).toMatchObject({
    verdict: "pass",
    property: null,
    hazardOverlapMs: { least: expect.closeTo(838.8), most: expect.closeTo(898.8) },
  });
  expect(document.cells[1]).toMatchObject({ verdict: "fail", property: "at-most-one-leader", hazardOverlapMs: null });
  const table = matrixTable(document, (_format, text) => text);
  expect(table).toContain("✗ fail: at-most-one-leader");
  expect(table).toContain("go is not on PATH");
  expect(table).toContain("! hazard 839 ms");
  expect(table).toContain("412 requests/min");
  expect(matrixDocument([]).verdict).toBe("unknown");
});

test("a distribution is drawn from two values on, and like values do not divide by nothing", () => {
  const summary = { count: 2, censored: 0, min: 5, p50: 5, p95: 5, max: 5, interval: [5, 5] as const };
  expect(distributionPlot([5], summary)).toBe("");
  expect(distributionPlot([5, 5], summary)).not.toContain("NaN");
});
