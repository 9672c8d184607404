import fc from "fast-check";
import { contend, type Election } from "../../fixtures/electors/reference/elector.ts";
import { correct } from "../../fixtures/electors/reference/behaviour.ts";
import type { Deviation } from "../../fixtures/mutants/deviations.ts";
import { allProperties } from "../../harness/checkers/index.ts";
import { clientGoProfile } from "../../harness/core/elector.ts";
import { judge, type Judgement } from "../../harness/core/judge.ts";
import { viewOf } from "../../harness/core/reading.ts";
import { millis } from "../../harness/core/time.ts";
import type { SimulatedElector } from "../../harness/simulation/elector.ts";
import type { SimulatedFault, SimulationPlan } from "../../harness/simulation/plan.ts";
import { simulate, type Simulated } from "../../harness/simulation/simulate.ts";

/** L, D and P of simulated trials; virtual time costs nothing, so client-go's own. */
export const timing = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2000 };
const { leaseDuration: L } = timing;

export const profile = { name: "reference", release: true, fencing: false, profile: clientGoProfile };

export const reference: SimulatedElector = contend;

const option = (deviation: Deviation, name: string): number | undefined => {
  const at = deviation.options?.indexOf(name) ?? -1;
  return at === -1 ? undefined : Number(deviation.options![at + 1]);
};

export const mutantOf = (deviation: Deviation): SimulatedElector => {
  const behaviour = { ...correct, ...deviation.behaviour };
  return (election: Omit<Election, "behaviour">, signal) => contend({ ...election, behaviour }, signal);
};

/** The plan with the clocks and settings that bring a mutant's sin out; the correct elector is safe under them too. */
export const planFor = (deviation: Deviation, plan: SimulationPlan): SimulationPlan => ({
  ...plan,
  wallSpread: (option(deviation, "--wall-spread") ?? 0) * L,
  timingSpread: deviation.id === "own-duration" ? 3 : 1, // its sin shows among replicas of mixed settings alone
});

const target = fc.oneof({ weight: 3, arbitrary: fc.constant("leader" as const) }, fc.nat({ max: 2 }));
const spans = (max: number) => fc.integer({ min: 100, max });

/** Faults that keep the contract, whatever their length. */
const orderly = ["kill", "evict", "restart", "blackhole", "refuse", "status", "lose-reply"] as const;
/** Faults that may break it, and are then hazards. */
const hazardous = ["pause", "starve", "slow-request", "slow-reply", "delete-record"] as const;

const faultOf = (kinds: readonly SimulatedFault["kind"][], spread: number): fc.Arbitrary<SimulatedFault> =>
  fc
    .record({
      kind: fc.constantFrom(...kinds),
      at: fc.integer({ min: 2000, max: spread }),
      hold: fc.oneof(spans(3000), spans(4 * L)),
      target,
      delay: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 500, max: 12_000 })),
      status: fc.constantFrom(403, 409, 429, 500, 503),
      times: fc.integer({ min: 1, max: 5 }),
      writesOnly: fc.boolean(),
    })
    // A replica that is starved for longer than its lease is a machine no scenario models.
    .map((fault) => (fault.kind === "starve" ? { ...fault, hold: fault.hold % L } : fault));

const stall = fc
  .record({ from: fc.integer({ min: 0, max: 180_000 }), length: fc.oneof(spans(300), spans(4000)) })
  .map(({ from, length }) => ({ from, to: from + length }));

const gap = fc
  .record({ from: fc.integer({ min: 0, max: 180_000 }), length: spans(20_000), replica: fc.nat({ max: 4 }) })
  .map(({ from, length, replica }) => ({ from, to: from + length, replica }));

/** An observer that sees late, loses and stalls; half of them see well. */
const observer = fc.oneof(
  fc.constant({ stalls: [], lag: 0, gaps: [] }),
  fc.record({
    stalls: fc.array(stall, { maxLength: 4 }),
    lag: fc.constantFrom(0, 20, 500),
    gaps: fc.array(gap, { maxLength: 2 }),
  }),
);

/** Bounds that scale with a run's end: the last faults have time to show. */
const SPREAD = 9 * L;
const DURATION = 13 * L;

const plansOf = (kinds: readonly SimulatedFault["kind"][]): fc.Arbitrary<SimulationPlan> =>
  fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    replicas: fc.integer({ min: 2, max: 3 }),
    timing: fc.constant(timing),
    duration: fc.constant(millis(DURATION)),
    faults: fc.array(faultOf(kinds, SPREAD), { minLength: 1, maxLength: 4 }),
    latency: fc.constantFrom({ min: 0.1, max: 1 }, { min: 0.5, max: 8 }),
    observer,
    wallSpread: fc.constantFrom(0, 4 * L),
    timingSpread: fc.constant(1),
    actEvery: fc.constantFrom(250, 1000),
  });

export const plans = plansOf([...orderly, ...hazardous]);
export const orderlyPlans = plansOf(orderly);

/** Runs a plan and judges what was seen of it by every property. */
export async function tried(
  plan: SimulationPlan,
  elector: SimulatedElector,
): Promise<Simulated & { readonly judgement: Judgement }> {
  const simulated = await simulate(plan, profile, elector);
  return { ...simulated, judgement: judge(viewOf(simulated.history), allProperties) };
}

export const failuresOf = (judgement: Judgement): readonly string[] =>
  judgement.results.filter(({ verdict }) => verdict === "fail").map(({ name, reason }) => `${name}: ${reason}`);
