import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { failedIn, historyOf, interregnum, temporary } from "./cli.ts";

const go = spawnSync("go", ["version"]).status === 0;

const runIn = (folder: string, scenario: string, elector: string) =>
  interregnum("run", scenario, "--elector", elector, "--seed", "7", "--no-shrink", "--out", folder);

// tests/long/field.test.ts has the other scenarios.
describe.skipIf(!go)("the leader-elector sidecar (skipped where Go is missing)", () => {
  test.concurrent.each([
    ["sidecar", "kill-leader"],
    ["sidecar-daemonset", "rolling-update"],
  ])("%s passes %s", { timeout: 600_000 }, async (elector, scenario) => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, scenario, elector);
    expect(code, stdout + stderr).toBe(0);
    const events = historyOf(folder.path);
    expect(events.some((event) => event.type === "answer" && event.names !== undefined && !event.leading)).toBe(true);
    expect(events.some((event) => event.type === "act")).toBe(true); // the business beside it asked, and worked
  });

  test.concurrent.each(["stale-name", "rereads-record"])("%s is convicted", { timeout: 600_000 }, async (mutant) => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "partition-leader", `sidecar+${mutant}`);
    expect(code, stdout + stderr).toBe(1);
    expect(failedIn(folder.path)).toContain("endpoint-agreement");
  });
});
