import { skipOf } from "../../harness/cli/run.ts";
import { loadScenario, scenarioNames } from "../../harness/runner/scenarios.ts";

/** The scenarios that a cluster can run. */
export async function runnableOn(cluster: string): Promise<readonly string[]> {
  const able = await Promise.all(
    scenarioNames().map(async (name) => skipOf({ name, scenario: await loadScenario(name), cluster }) === undefined),
  );
  return scenarioNames().filter((_name, index) => able[index]);
}
