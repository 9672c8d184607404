import fc from "fast-check";
import { expect, test } from "vitest";
import { failuresOf, plans, reference, tried } from "../properties/simulation-plans.ts";

const TRIALS = 100_000;

test(`the correct elector is accused in none of ${TRIALS} simulated trials`, { timeout: 7_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      expect(failuresOf((await tried(plan, reference)).judgement)).toEqual([]);
    }),
    { numRuns: TRIALS },
  );
});
