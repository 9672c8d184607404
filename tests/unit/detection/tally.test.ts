import { expect, test } from "vitest";
import { chainsOf, orderOf } from "../../../tools/detection/campaign.ts";
import { document } from "../../../tools/detection/table.ts";
import { faultsOf, medianOf, rowOf, type Sighting, type Subject } from "../../../tools/detection/tally.ts";
import { replaced } from "../../../tools/detection/track-record.ts";

const robber: Subject = { name: "reference+robber", kind: "mutant", named: ["foreign-record", "at-most-one-leader"] };
const inStep: Subject = { name: "reference+in-step", kind: "measure", named: [] };
const right: Subject = { name: "reference", kind: "right", named: [] };

const seen = (subject: Subject, failed: readonly string[], changes: Partial<Sighting> = {}): Sighting => ({
  elector: subject.name,
  scenario: "calm",
  seed: 1,
  sweep: 0,
  place: 0,
  verdict: failed.length > 0 ? "fail" : "pass",
  failed,
  reason: "",
  seconds: 10,
  measures: {},
  ...changes,
});
const spread = (subject: Subject, ms: number): Sighting =>
  seen(subject, [], { measures: { standbyPollSpreadMs: [ms] } });

test("a mutant is convicted by what names its sin, misnamed by anything else, and escapes where nothing fails", () => {
  expect(rowOf(robber, [seen(robber, ["stability", "foreign-record"])]).outcome).toBe("convicted");
  expect(rowOf(robber, [seen(robber, ["stability"])]).outcome).toBe("misnamed");
  expect(rowOf(robber, [seen(robber, [])]).outcome).toBe("escaped");
  expect(rowOf(robber, [seen(right, ["foreign-record"])]).outcome).toBe("unseen");
});

test("who is right, or only a measure, is acquitted until something fails", () => {
  expect(rowOf(right, [seen(right, []), seen(right, [], { verdict: "unknown" })]).outcome).toBe("acquitted");
  expect(rowOf(right, [seen(right, []), seen(right, ["failover"])]).outcome).toBe("accused");
  expect(rowOf(inStep, [seen(inStep, ["failover"])]).outcome).toBe("accused");
  expect(rowOf(right, [seen(right, [], { verdict: "unknown" })]).outcome).toBe("unseen");
});

test("trials and seconds are counted until the first conviction of each sweep, in the order tried", () => {
  const { conviction, best } = rowOf(robber, [
    seen(robber, ["foreign-record"], { place: 2, scenario: "late" }),
    seen(robber, ["stability"], { place: 1, seconds: 20 }),
    seen(robber, [], { place: 0, seconds: 5 }),
    seen(robber, ["at-most-one-leader"], { sweep: 1, place: 0, seed: 2, seconds: 1 }),
    seen(robber, [], { sweep: 2, place: 0, seed: 3 }),
  ]);
  expect(conviction).toEqual({ trials: 2, seconds: 18, sweeps: 2 });
  // the most direct property, though another was quicker
  expect(best).toEqual({ scenario: "late", seed: 1, property: "foreign-record" });
});

test("the median of an even number lies between the two in the middle, and nothing has none", () => {
  expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3]), medianOf([])]).toEqual([2, 2.5, undefined]);
});

test("the matrix does not hold where one escaped, was misnamed, accused or never judged, be it in one scenario", () => {
  const rows = [
    rowOf(robber, [seen(robber, [])]),
    rowOf(robber, [seen(robber, ["stability"])]),
    rowOf(right, [seen(right, ["failover"])]),
    rowOf(robber, []),
    rowOf(right, [seen(right, []), seen(right, [], { verdict: "unknown", scenario: "late" })]),
    rowOf(robber, [seen(robber, ["foreign-record"])]),
  ];
  expect(faultsOf(rows)).toEqual([
    "reference+robber escaped",
    "reference+robber was convicted only by what does not name its sin: calm (stability)",
    "reference was accused: calm (failover)",
    "reference+robber was never judged",
    "reference was never judged under late",
  ]);
});

test("standbys in step must show in the measure, beside those that are not", () => {
  const rows = (ms: number) => [rowOf(inStep, [spread(inStep, ms)]), rowOf(right, [spread(right, 800)])];
  expect(faultsOf(rows(5))).toEqual([]);
  expect(faultsOf(rows(700))).toEqual([expect.stringContaining("poll in step")]);
});

test("a sweep's order holds every scenario once, and depends on its seed alone", () => {
  const names = ["a", "b", "c", "d", "e"];
  expect(orderOf(names, 7).toSorted()).toEqual(names);
  expect(orderOf(names, 7)).toEqual(orderOf(names, 7));
  expect(new Set([1, 2, 3, 4, 5].map((seed) => orderOf(names, seed).join(""))).size).toBeGreaterThan(1);
});

test("who is no mutant is tried again in the same place of a sweep, by a seed of its own", () => {
  const subjects = [robber, right].map((subject) => ({ subject, elector: {} as never }));
  const campaign = {
    cluster: "embedded",
    subjects,
    scenarios: ["a"],
    seed: 1,
    sweeps: 1,
    budget: 1,
    again: 2,
    folder: "",
  };
  const told = chainsOf(campaign).map((chain) => chain.map(({ who, again }) => `${who.subject.kind} ${again}`));
  expect(told).toEqual([["mutant 0"], ["right 0", "right 1", "right 2"]]);
});

test("the first sweep tries everybody under everything; later ones a mutant until its budget is spent, a brief one too", () => {
  const subjects = [robber, right].map((subject) => ({ subject, elector: {} as never }));
  const campaign = {
    cluster: "embedded",
    subjects,
    scenarios: ["a", "b"],
    seed: 1,
    sweeps: 2,
    budget: 3,
    again: 0,
    jobs: 1,
    folder: "",
  };
  const told = chainsOf(campaign).map((chain) =>
    chain.map(({ who, sweep, place }) => `${who.subject.kind} ${sweep} ${place}`),
  );
  expect(told).toEqual([
    ["mutant 0 0"],
    ["mutant 0 1"],
    ["right 0 0"],
    ["right 0 1"],
    ["mutant 1 0", "mutant 1 1", "mutant 1 2"],
    ["right 1 0"],
    ["right 1 1"],
    ["mutant 0 2"],
  ]);
  const brief = chainsOf({ ...campaign, sweeps: 1, brief: true });
  expect(brief.map((chain) => chain.map(({ who, place }) => `${who.subject.kind} ${place}`))).toEqual([
    ["mutant 0", "mutant 1", "mutant 2"],
    ["right 0"],
    ["right 1"],
  ]);
});

test("the tables hold the command of each conviction, and every cell of the acquitted", () => {
  const rows = [
    rowOf(robber, [seen(robber, ["foreign-record"])]),
    rowOf(right, [seen(right, []), seen(right, [], { verdict: "unknown", seed: 2 })]),
  ];
  const text = document(rows, { scenarios: ["calm"], cluster: "embedded" });
  expect(text).toContain("`npm run scenario calm -- --elector reference+robber --seed 1`");
  expect(text).toContain("| robber | calm: 1/1 foreign-record |");
  expect(text).toContain("| calm | 1 passed, 1 unknown |");
});

test("only what lies between the page's marks is written anew", () => {
  const [real, virtual] = [
    "<!-- npm run detection -- --write -->",
    "<!-- npm run detection -- --cluster simulation --write -->",
  ];
  const page = (first: string, second: string) =>
    `head\n${real}\n\n${first}\n\n<!-- the matrix ends -->\n${virtual}\n\n${second}\n\n<!-- the matrix ends -->\nfoot\n`;
  expect(replaced(page("old", "kept"), "new", "embedded")).toBe(page("new", "kept"));
  expect(replaced(page("kept", "old"), "new", "simulation")).toBe(page("kept", "new"));
  expect(() => replaced("no marks", "new", "embedded")).toThrow(/no lines/);
});
