import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { interregnum, shownIn, temporary } from "../e2e/cli.ts";

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
  ["manager+no-election", "rolling-update", "at-most-one-effect"],
  ["manager+no-election", "scale-up-down", "at-most-one-effect"],
  ["client-go-0.17-endpoints+straight-to-leases", "lock-migration", "at-most-one-leader"],
] as const;

/** One run of all these scenarios: its status, and all that it said. */
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
    const { code, said } = await run(folder.path, cluster, elector, scenario);
    expect(code, said).toBe(1);
    expect(shownIn(folder.path)).toContain(property);
  });
});
