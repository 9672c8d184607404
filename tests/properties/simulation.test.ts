import fc from "fast-check";
import { expect, test } from "vitest";
import { deviations } from "../../fixtures/mutants/deviations.ts";
import { failuresOf, mutantOf, orderlyPlans, planFor, plans, reference, tried } from "./simulation-plans.ts";
import { certainOverlaps } from "./simulation-truth.ts";

test("the correct elector is accused of nothing, whatever is done to it and to its observer", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const simulated = await tried(plan, reference);
      const { judgement } = simulated;
      expect(certainOverlaps(plan, simulated)).toEqual([]);
      expect(failuresOf(judgement)).toEqual([]);
      expect(judgement.results.filter(({ reason }) => reason.includes("threw"))).toEqual([]);
    }),
    { numRuns: 400, seed: 20_261 },
  );
});

test("the correct elector is acquitted where enough was seen, and never truly overlaps under faults that keep the contract", async () => {
  let acquitted = 0;
  for (const plan of fc.sample(orderlyPlans, { numRuns: 100, seed: 3 })) {
    const simulated = await tried(plan, reference);
    expect(certainOverlaps(plan, simulated)).toEqual([]);
    if (simulated.judgement.results.find(({ name }) => name === "at-most-one-leader")!.verdict === "pass")
      acquitted += 1;
  }
  expect(acquitted).toBeGreaterThan(30);
});

test("a mutant that truly led beside another, beyond the observer's error and outside hazards, is convicted", async () => {
  const convicted = new Map<string, number>();
  for (const [index, deviation] of deviations.entries())
    for (const plan of fc.sample(orderlyPlans, { numRuns: 12, seed: 100 + index })) {
      const simulated = await tried(planFor(deviation, plan), mutantOf(deviation));
      if (certainOverlaps(plan, simulated).length === 0) continue;
      expect([deviation.id, plan.seed, failuresOf(simulated.judgement)]).toEqual([
        deviation.id,
        plan.seed,
        expect.arrayContaining([expect.any(String)]),
      ]);
      convicted.set(deviation.id, (convicted.get(deviation.id) ?? 0) + 1);
    }
  // Not vacuous: these overlap by themselves, or under the first cut.
  expect([...convicted.keys()]).toEqual(
    expect.arrayContaining(["constant-identity", "trust-remote-clock", "deadline-over-duration", "stop-never"]),
  );
});
