import type { Elector } from "../../harness/core/elector.ts";
import { migrates, type Scenario, type Step } from "../../harness/core/scenario.ts";

type Known = Pick<Elector, "name" | "release" | "workload" | "containers" | "successor">;

/** Why a step finds nothing to land on in this elector, whatever it does. */
function lacks(step: Step, { release, workload, containers }: Known): string | undefined {
  if (step.kind !== "inject") return undefined;
  if (step.when?.moment === "release" && !release) return "never gives the record up";
  const { name } = step.fault;
  if (name === "drain" && workload === "DaemonSet") return "is a DaemonSet, whose pods no drain moves";
  if (name === "scale" && workload === "DaemonSet") return "is a DaemonSet, which is not scaled";
  // Whose work a container beside it does hands over none of it where the elector's process alone is restarted.
  if (name === "restart" && Object.keys(containers ?? {}).length > 0)
    return "works in a container that is not restarted";
  return undefined;
}

/** Why a trial of the scenario can judge nothing of this elector; undefined where it can. */
export function mootness(elector: Known, scenario: Scenario): string | undefined {
  if (migrates(scenario) && elector.successor === undefined) return "names no successor to be rolled to";
  return "steps" in scenario ? scenario.steps.map((step) => lacks(step, elector)).find(Boolean) : undefined;
}
