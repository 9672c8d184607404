import { expect, test } from "vitest";
import {
  allProperties,
  atMostOneLeader,
  callbacksPaired,
  conditionalWrites,
  failover,
  recordWellFormed,
  stability,
} from "../../../harness/checkers/index.ts";
import { judge } from "../../../harness/core/judge.ts";
import { defineProperty } from "../../../harness/core/property.ts";
import type { Verdict } from "../../../harness/core/verdict.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import type { View } from "../../../harness/core/view.ts";
import { handover, opening, partitioned, paused, taking } from "../checkers/stories.ts";

const always = (name: string, verdict: Verdict) =>
  defineProperty({
    name,
    summary: "",
    judge: () => ({ verdict, level: "L1", reason: `it is ${verdict}`, witnesses: [], hazards: [] }),
  });
const [pass, fail, unknown] = (["pass", "fail", "unknown"] as const).map((verdict) => always(verdict, verdict)) as [
  ReturnType<typeof always>,
  ReturnType<typeof always>,
  ReturnType<typeof always>,
];
const view = viewOf(handover().history());

test("fail outranks unknown, unknown outranks pass, and nothing judged is unknown", () => {
  expect(judge(view, [pass, unknown, fail]).verdict).toBe("fail");
  expect(judge(view, [pass, unknown])).toMatchObject({ verdict: "unknown", reason: "unknown: it is unknown" });
  expect(judge(view, [pass, pass])).toMatchObject({ verdict: "pass", reason: "all 2 properties hold" });
  expect(judge(view, []).verdict).toBe("unknown");
});

test("failures come first, the rest in the scenario's order", () => {
  expect(judge(view, [unknown, pass, fail]).results.map(({ name }) => name)).toEqual(["fail", "unknown", "pass"]);
});

test("a checker that throws is unknown, with its stack", () => {
  const broken = defineProperty({
    name: "broken",
    summary: "",
    judge() {
      throw new Error("out of wits");
    },
  });
  const { verdict, results } = judge(view, [pass, broken]);
  expect(verdict).toBe("unknown");
  expect(results[1]!.reason).toMatch(/out of wits[^]*judge\.test\.ts/);
});

test("what the scenario does not ask for counts, but where the trial gave no occasion to judge it", () => {
  const nothing = always("idle", "unknown");
  const idle = { ...nothing, judge: (seen: View) => ({ ...nothing.judge(seen), idle: true }) };
  const others = [always("kept", "pass"), idle, always("unseen", "unknown"), always("broken", "fail")];
  const incidental = { ...view, header: { ...view.header, incidental: others.map(({ name }) => name) } };
  const { verdict, results, notJudged } = judge(incidental, [pass, ...others]);
  expect(verdict).toBe("fail");
  expect(results.map(({ name }) => name)).toEqual(["broken", "pass", "kept", "unseen"]);
  expect(notJudged).toEqual([{ name: "idle", reason: "it is unknown" }]);
  expect(judge(incidental, [pass, idle]).verdict).toBe("pass");
  expect(judge(view, [pass, idle]).verdict).toBe("unknown");
});

test("a deed is told before what came of it, whatever the scenario's order", () => {
  const told = viewOf(taking({ precondition: null, transitions: 7 }, "patch").disclaims("b", 13_500).history());
  const { results } = judge(told, [stability, recordWellFormed, conditionalWrites]);
  expect(results.map(({ name, verdict }) => [name, verdict])).toEqual([
    ["record-well-formed", "fail"],
    ["conditional-writes", "fail"],
    ["stability", "fail"],
  ]);
});

test("a known limit keeps its witnesses and counts as pass, but not in strict mode", () => {
  const told = partitioned().history();
  const elector = { ...told.header.elector, knownLimits: { story: ["at-most-one-leader"] } };
  const admitted = viewOf({ ...told, header: { ...told.header, elector } });
  const lenient = judge(admitted, [atMostOneLeader, failover]);
  expect(lenient).toMatchObject({ verdict: "pass", reason: "the property holds (known limits: at-most-one-leader)" });
  expect(lenient.results[0]).toMatchObject({ name: "at-most-one-leader", verdict: "fail", known: true });
  expect(lenient.results[0]!.witnesses).toHaveLength(1);
  expect(judge(admitted, [atMostOneLeader], { strict: true })).toMatchObject({ verdict: "fail" });
  const limitedTo = (knownLimits: Record<string, readonly string[]>) =>
    viewOf({ ...told, header: { ...told.header, elector: { ...told.header.elector, knownLimits } } });
  expect(judge(limitedTo({ "*": ["at-most-one-leader"] }), [atMostOneLeader])).toMatchObject({ verdict: "pass" });
  expect(judge(limitedTo({ other: ["at-most-one-leader"] }), [atMostOneLeader])).toMatchObject({ verdict: "fail" });
});

test("strict mode turns hazards into failures that name their cause", () => {
  const hazardous = viewOf(paused().history());
  expect(judge(hazardous, [atMostOneLeader])).toMatchObject({
    verdict: "pass",
    hazards: [{ property: "at-most-one-leader" }],
  });
  const strict = judge(hazardous, [callbacksPaired, atMostOneLeader], { strict: true });
  expect(strict.verdict).toBe("fail");
  expect(strict.results[0]).toMatchObject({ name: "at-most-one-leader", verdict: "fail" });
  expect(strict.results[0]!.witnesses[0]!.summary).toContain("pause of a for 5.50 s");
});

test("measures: failover and leaderless times, overlap in hazards, and the API's cost per minute", () => {
  const { measures, censored } = judge(view, allProperties);
  expect(measures).toEqual({
    failoverMs: [4495],
    leaderlessMs: [4495],
    apiRequestsPerMinute: [38.57],
    apiWritesPerMinute: [34.29],
  });
  expect(censored).toEqual({});
  expect(judge(viewOf(paused().history()), [atMostOneLeader]).measures["overlapInHazardMs"]).toEqual([1198]);
  const open = opening().exits("a", 5005).ends(9000).history();
  expect(judge(viewOf(open), [failover]).censored).toEqual({ failoverMs: 1, leaderlessMs: 1 });
});
