import type { Capability } from "../core/cluster.ts";
import type { Scenario, Schedule, Step } from "../core/scenario.ts";
import { recallFault } from "../faults/index.ts";

/** What the faults of a schedule ask of a cluster. */
export function needsOf([, ...steps]: Schedule): ReadonlySet<Capability> {
  const faults = steps.flatMap((step) =>
    step.kind === "inject" ? [step, ...(step.when?.by === undefined ? [] : [step.when.by])] : [],
  );
  return new Set(faults.flatMap(({ fault, parameters }) => recallFault(fault, parameters)?.needs ?? []));
}

const needsOfStep = (step: Step): readonly Capability[] =>
  step.kind === "inject" ? [...step.fault.needs, ...(step.when?.by?.needs ?? [])] : [];

/** What a scenario asks of a cluster that can do no more than this; one that is drawn is drawn of what there is. */
export function lackOf(scenario: Scenario, capabilities: ReadonlySet<Capability>): readonly Capability[] {
  const needs = new Set("steps" in scenario ? scenario.steps.flatMap(needsOfStep) : []);
  return [...needs].filter((capability) => !capabilities.has(capability));
}
