import fc from "fast-check";
import type { Profile, Timing } from "../core/elector.ts";
import { type Scenario, type Schedule, type Span, type Step, unitOf } from "../core/scenario.ts";
import { millis, type Millis } from "../core/time.ts";

const spanOf = (step: Step): Span => {
  switch (step.kind) {
    case "settle":
      return step.dwell;
    case "inject":
      return step.hold;
    case "rollout":
      return step.during;
    default:
      throw step satisfies never;
  }
};

/** Draws whole milliseconds from a span; uniform, because every phase of the protocol is as good as another. */
export const durations = (span: Span, timing: Timing, profile: Profile): fc.Arbitrary<Millis> => {
  const unit = unitOf(span.unit, timing, profile);
  const [min, max] = [Math.round(span.min * unit), Math.round(span.max * unit)];
  return fc.noBias(fc.integer({ min, max })).map(millis);
};

/** All schedules of a scenario: every step in order, with its time drawn. */
export const schedules = (scenario: Scenario, timing: Timing, profile: Profile): fc.Arbitrary<Schedule> =>
  fc.tuple(...scenario.steps.map((step) => durations(spanOf(step), timing, profile))).map((times) =>
    scenario.steps.map((step, index) => ({
      step: index,
      kind: step.kind,
      ...(step.kind === "inject" ? { fault: step.fault.name, parameters: step.fault.parameters } : {}),
      ms: times[index]!,
    })),
  );

/** The schedule of a seed: the same seed, the same schedule. */
export const drawSchedule = (scenario: Scenario, timing: Timing, profile: Profile, seed: number): Schedule =>
  fc.sample(schedules(scenario, timing, profile), { seed, numRuns: 1 })[0]!;
