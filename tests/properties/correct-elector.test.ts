import fc from "fast-check";
import { expect, test } from "vitest";
import { allProperties } from "../../harness/checkers/index.ts";
import { judge } from "../../harness/core/judge.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { history, reigns } from "./reigns.ts";

const failuresOf = (told: ReturnType<typeof history>) =>
  judge(viewOf(told), allProperties)
    .results.filter(({ verdict }) => verdict === "fail")
    .map(({ name, reason }) => `${name}: ${reason}`);

test("a correct elector is accused of nothing, whatever is done to it", () => {
  fc.assert(
    fc.property(reigns, (plan) => {
      expect(failuresOf(history(plan))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["no-deadline", "partition", "at-most-one-leader"],
  ["no-deadline", "partition", "claim-backed-by-record"],
  ["no-deadline", "partition", "step-down"],
  ["early-takeover", "partition", "at-most-one-leader"],
  ["work-goes-on", "partition", "at-most-one-effect"],
] as const)("an elector with %s is convicted under %s by %s", (broken, end, property) => {
  fc.assert(
    fc.property(reigns, (plan) => {
      fc.pre(plan[0]!.end === end);
      const told = history([{ ...plan[0]!, after: 3000, hold: 15_000 }], broken);
      expect(failuresOf(told).map((failure) => failure.split(":")[0])).toContain(property);
    }),
    { numRuns: 200 },
  );
});
