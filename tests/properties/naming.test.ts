import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deviations } from "../../fixtures/mutants/deviations.ts";
import { mutantOf, orderlyPlans, planFor, plans, tried } from "./simulation-plans.ts";

/** Plans that a mutant is given before it has escaped; most are convicted by the first few. */
const BUDGET = 300;

// Simulated replicas are observed by their statements: what an endpoint answers is tried on real processes.
const sinners = deviations.filter(({ named }) => named.length > 0 && !named.includes("endpoint-agreement"));

describe("in virtual time every mutant is convicted by a property that names its sin", () => {
  test.each(sinners)("$id: $named", async (deviation) => {
    const drawn = fc.sample(fc.oneof(orderlyPlans, plans), { numRuns: BUDGET, seed: 41 });
    const convictedBy = async (): Promise<string | undefined> => {
      for (const plan of drawn) {
        const { judgement } = await tried(planFor(deviation, plan), mutantOf(deviation));
        const failed = judgement.results.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
        const naming = deviation.named.find((property) => failed.includes(property));
        if (naming !== undefined) return naming;
      }
      return undefined;
    };
    expect(deviation.named).toContain(await convictedBy());
  });
});
