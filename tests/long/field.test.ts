import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { failuresOf, interregnum, temporary } from "../e2e/cli.ts";
import { expectDoubleWorkWhileRolled, expectRaceWhenScaled, unflagged } from "../e2e/managers.ts";

const go = spawnSync("go", ["version"]).status === 0;
const there = Object.values(await findPrograms()).every((program) => program !== undefined);
const timeout = 900_000;

/** Locks of client-go that the field has run, the sidecar in both workloads, and the manager of one replica. */
const electors = [
  "client-go-0.17-endpoints",
  "client-go-0.17-configmaps",
  "client-go-0.17-leases",
  "client-go-0.23-endpointsleases",
  "client-go-0.23-configmapsleases",
  "sidecar",
  "sidecar-daemonset",
  "manager",
];
const scenarios = ["rolling-update", "kill-leader", "partition-leader"];
const migrating = [
  "client-go-0.17-endpoints",
  "client-go-0.17-configmaps",
  "client-go-0.23-endpointsleases",
  "client-go-0.23-configmapsleases",
];
/** By whom, under what, by which property. */
const sins = [
  ["sidecar+stale-name", "partition-leader", "endpoint-agreement"],
  ["sidecar+rereads-record", "flaky-api", "at-most-one-effect"],
  ["client-go-0.17-endpoints+straight-to-leases", "lock-migration", "at-most-one-leader"],
] as const;

/** One run of all these scenarios, with whatever other options: its status, and all that it said. */
async function run(folder: string, cluster: string, elector: string, ...names: readonly string[]) {
  const options = ["--cluster", cluster, "--elector", elector, "--seed", "7", "--out", folder];
  const { code, stdout, stderr } = await interregnum("run", ...names, ...options);
  return { code, said: stdout + stderr };
}

describe.each(["embedded", "apiserver"])("on %s (skipped where Go or the control plane is missing)", (cluster) => {
  const can = go && (cluster === "embedded" || there);

  test.skipIf(!can).each(electors)("%s is acquitted", { timeout }, async (elector) => {
    using folder = temporary();
    const { code, said } = await run(folder.path, cluster, elector, ...scenarios);
    expect(code, said).toBe(0);
  });

  test.skipIf(!can).each(migrating)("%s is migrated", { timeout }, async (elector) => {
    using folder = temporary();
    const { code, said } = await run(folder.path, cluster, elector, "lock-migration");
    expect(code, said).toBe(0);
  });

  test.skipIf(!can).each(sins)("%s under %s is convicted by %s", { timeout }, async (elector, scenario, property) => {
    using folder = temporary();
    // Stalls of the machine may excuse the one trial or the other; what convicts is no hazard.
    const { code, said } = await run(folder.path, cluster, elector, scenario, "--trials", "3");
    expect(code, said).toBe(1);
    expect(failuresOf(folder.path, property), said).not.toEqual([]);
  });

  test.skipIf(!can)("a manager of one replica is scaled to three and back", { timeout }, async () => {
    using folder = temporary();
    const { code, said } = await run(folder.path, cluster, "manager", "scale-up-down", "--replicas", "1");
    expect(code, said).toBe(0);
  });

  const forgetful = [
    ["told to forget its election", () => "manager+no-election"],
    ["whose command lacks the flag", unflagged],
  ] as const;

  test.skipIf(!can).each(forgetful)("a manager %s works twice while it is rolled", { timeout }, async (_, elector) => {
    using folder = temporary();
    await expectDoubleWorkWhileRolled(join(folder.path, "out"), cluster, elector(folder.path));
  });

  test.skipIf(!can).each(forgetful)("a manager %s, scaled to three, works thrice", { timeout }, async (_, elector) => {
    using folder = temporary();
    await expectRaceWhenScaled(join(folder.path, "out"), cluster, elector(folder.path));
  });
});
