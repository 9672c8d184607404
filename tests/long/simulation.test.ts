import fc from "fast-check";
import { expect, test } from "vitest";
import { deviations } from "../../fixtures/mutants/deviations.ts";
import { failuresOf, mutantOf, planFor, plans, reference, tried } from "../properties/simulation-plans.ts";
import { certainOverlaps } from "../properties/simulation-truth.ts";

const TRIALS = 100_000;
const TRIALS_A_MUTANT = 400;

test(`the correct elector is accused in none of ${TRIALS} simulated trials`, { timeout: 7_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const simulated = await tried(plan, reference);
      expect(failuresOf(simulated.judgement)).toEqual([]);
      expect(certainOverlaps(plan, simulated)).toEqual([]);
    }),
    { numRuns: TRIALS },
  );
});

test.each(deviations.map((deviation, index) => [deviation.id, deviation, index] as const))(
  "%s is convicted whenever it truly led beside another, whatever else was done to it",
  { timeout: 3_600_000 },
  async (_id, deviation, index) => {
    for (const plan of fc.sample(plans, { numRuns: TRIALS_A_MUTANT, seed: 1000 + index })) {
      const own = planFor(deviation, plan);
      const simulated = await tried(own, mutantOf(deviation));
      if (certainOverlaps(own, simulated).length > 0)
        expect([plan.seed, failuresOf(simulated.judgement)]).toEqual([
          plan.seed,
          expect.arrayContaining([expect.any(String)]),
        ]);
    }
  },
);
