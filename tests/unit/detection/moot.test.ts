import { expect, test } from "vitest";
import { listElectors } from "../../../harness/electors/catalogue.ts";
import { loadScenario, scenarioNames } from "../../../harness/runner/scenarios.ts";
import { mootness } from "../../../tools/detection/moot.ts";

test("only what nothing could be judged in is left out of the matrix", async () => {
  const electors = await listElectors();
  const moot: Record<string, readonly string[]> = {};
  for (const name of scenarioNames()) {
    const scenario = await loadScenario(name);
    const left = electors.filter((elector) => mootness(elector, scenario) !== undefined);
    if (left.length > 0) moot[name] = left.map((elector) => elector.name);
  }
  const those = (who: (elector: (typeof electors)[number]) => boolean) => electors.filter(who).map(({ name }) => name);
  expect(moot).toEqual({
    "lock-migration": those(({ successor }) => successor === undefined),
    "node-drain": ["sidecar-daemonset"],
    "release-cut": those(({ release }) => !release),
    "same-identity-restart": ["sidecar", "sidecar-daemonset"],
    "scale-up-down": ["sidecar-daemonset"],
  });
});
