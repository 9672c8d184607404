import fc from "fast-check";
import { expect, test } from "vitest";
import { conditionalWrites, foreignRecord, recordWellFormed } from "../../harness/checkers/index.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { deeds, type Sin, telling } from "./record-deeds.ts";

const rules = [conditionalWrites, foreignRecord, recordWellFormed];

test("correct writers are accused of nothing, in whatever order they renew, release, take and find it edited", () => {
  fc.assert(
    fc.property(deeds, (plan) => {
      const view = viewOf(telling(plan).story.history());
      expect(rules.map((rule) => rule.judge(view)).filter(({ verdict }) => verdict === "fail")).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test.each<[Sin, string]>([
  ["bare-take", "conditional-writes"],
  ["bare-release", "conditional-writes"],
  ["foreign-release", "foreign-record"],
  ["foreign-renewal", "foreign-record"],
  ["count-renewal", "record-well-formed"],
  ["miss-take", "record-well-formed"],
  ["new-acquire-time", "record-well-formed"],
  ["time-goes-back", "record-well-formed"],
  ["no-duration", "record-well-formed"],
])("one %s among any correct deeds is convicted by %s", (sin, property) => {
  fc.assert(
    fc.property(deeds, (plan) => {
      const { story, sinned } = telling(plan, sin);
      fc.pre(sinned);
      const view = viewOf(story.history());
      const convicting = rules.filter((rule) => rule.judge(view).verdict === "fail").map(({ name }) => name);
      expect(convicting).toContain(property);
    }),
    { numRuns: 150 },
  );
});
