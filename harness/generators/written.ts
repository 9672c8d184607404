import fc from "fast-check";
import type { Strategy } from "../core/cluster.ts";
import type { Profile, Timing } from "../core/elector.ts";
import type { FaultCall } from "../core/fault.ts";
import { type ScheduledFault, type ScheduledStep, type Span, type Step, unitOf } from "../core/scenario.ts";
import { millis, type Millis } from "../core/time.ts";

/** Kubernetes' own default. */
export const DEFAULT_STRATEGY: Strategy = { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%" };

/** Draws whole milliseconds from a span; uniform, because every phase of the protocol is as good as another. */
export const durations = (span: Span, timing: Timing, profile: Profile): fc.Arbitrary<Millis> => {
  const unit = unitOf(span.unit, timing, profile);
  const [min, max] = [Math.round(span.min * unit), Math.round(span.max * unit)];
  return fc.noBias(fc.integer({ min, max })).map(millis);
};

const recorded = ({ name, parameters }: FaultCall): ScheduledFault => ({ fault: name, parameters });

/** A step as a schedule has it, with these times. */
function scheduled(step: Step, ms: Millis, beside: Millis | undefined): ScheduledStep {
  const apart = beside === undefined ? {} : { beside };
  switch (step.kind) {
    case "settle":
      return { kind: "settle", ms };
    case "rollout":
      return { kind: "rollout", ms, ...(step.to && { to: step.to }), ...apart };
    case "inject": {
      const { when, until } = step;
      return {
        kind: "inject",
        ...recorded(step.fault),
        ms,
        ...(when && { when: { moment: when.moment, ...(when.by && { by: recorded(when.by) }) } }),
        ...(until && { until }),
        ...apart,
      };
    }
    default:
      throw step satisfies never;
  }
}

const spanOf = (step: Step): Span =>
  step.kind === "settle" ? step.dwell : step.kind === "inject" ? step.hold : step.during;

/** The step with its times drawn. */
export function timed(step: Step, timing: Timing, profile: Profile): fc.Arbitrary<ScheduledStep> {
  const beside = step.kind === "settle" ? undefined : step.beside;
  return fc
    .tuple(
      durations(spanOf(step), timing, profile),
      beside === undefined ? fc.constant(undefined) : durations(beside, timing, profile),
    )
    .map(([ms, after]) => scheduled(step, ms, after));
}
