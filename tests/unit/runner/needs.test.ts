import { expect, test } from "vitest";
import type { Capability } from "../../../harness/core/cluster.ts";
import type { Schedule } from "../../../harness/core/scenario.ts";
import { millis } from "../../../harness/core/time.ts";
import { capabilitiesOf, homeNames } from "../../../harness/runner/homes.ts";
import { lackOf, needsOf } from "../../../harness/runner/needs.ts";
import { loadScenario } from "../../../harness/runner/scenarios.ts";
import { skipOf } from "../../../harness/cli/run.ts";

const start = { kind: "start", replicas: 3, strategy: { type: "Recreate" } } as const;

test("a schedule needs what its faults need, and what brings their moments about", () => {
  const schedule: Schedule = [
    start,
    { kind: "settle", ms: millis(1) },
    {
      kind: "inject",
      fault: "partition",
      parameters: { target: "subject" },
      ms: millis(1),
      when: { moment: "acquired", by: { fault: "restart", parameters: { target: "leader" } } },
    },
    { kind: "inject", fault: "drain", parameters: { target: "leader" }, ms: millis(1) },
  ];
  expect(needsOf(schedule)).toEqual(new Set<Capability>(["gate", "restart", "nodes"]));
  expect(needsOf([start])).toEqual(new Set());
});

test("a scenario lacks what a cluster cannot do; one that is drawn lacks nothing", async () => {
  const few = new Set<Capability>(["signals", "gate"]);
  expect(lackOf(await loadScenario("node-drain"), few)).toEqual(["nodes"]);
  expect(lackOf(await loadScenario("same-identity-restart"), few)).toEqual(["restart"]);
  expect(lackOf(await loadScenario("kill-leader"), few)).toEqual([]);
  expect(lackOf(await loadScenario("everything"), few)).toEqual([]);
});

test("every scenario can be run somewhere", async () => {
  const drain = await loadScenario("node-drain");
  const able = homeNames.filter((name) => lackOf(drain, capabilitiesOf(name)).length === 0);
  expect(able).toEqual(expect.arrayContaining(["embedded", "apiserver"]));
  expect(able).not.toContain("simulation");
  for (const name of ["cut-leader", "node-loss"]) {
    const scenario = await loadScenario(name);
    expect(homeNames.filter((home) => lackOf(scenario, capabilitiesOf(home)).length === 0)).toContain("kind");
  }
});

test("a context's nodes are drained with consent only, and whoever is skipped for that is told", async () => {
  const scenario = await loadScenario("node-drain");
  const plan = { name: "node-drain", scenario, cluster: "my-context" };
  expect(skipOf(plan)).toBe("node-drain asks for nodes, which the cluster my-context has only with --touch-nodes");
  expect(skipOf({ ...plan, touchNodes: true })).toBeUndefined();
  expect(skipOf({ ...plan, cluster: "simulation" })).toMatch(/has not$/);
});
