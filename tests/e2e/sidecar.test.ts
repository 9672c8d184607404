import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { historyOf, interregnum, runDocument, temporary } from "./cli.ts";

const go = spawnSync("go", ["version"]).status === 0;
const passing = ["rolling-update-ha", "kill-leader", "partition-leader", "flaky-api"];

/** Each old behaviour with a scenario that brings it out; endpoint-agreement convicts both. */
const sins: readonly (readonly [mutant: string, scenario: string])[] = [
  ["stale-name", "partition-leader"],
  ["rereads-record", "partition-leader"],
];

describe.skipIf(!go)("the leader-elector sidecar (skipped where Go is missing)", () => {
  test.concurrent.each(passing)("is acquitted under %s", { timeout: 600_000 }, async (scenario) => {
    using folder = temporary();
    const args = ["run", scenario, "--elector", "sidecar", "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum(...args);
    expect(code, stdout + stderr).toBe(0);
    const events = historyOf(folder.path);
    expect(events.some((event) => event.type === "answer" && event.names !== undefined && !event.leading)).toBe(true);
    expect(events.some((event) => event.type === "act")).toBe(true); // the business beside it asked, and worked
  });

  test.concurrent.each(sins)("%s under %s is convicted", { timeout: 600_000 }, async (mutant, scenario) => {
    using folder = temporary();
    const args = ["run", scenario, "--elector", `sidecar+${mutant}`, "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum(...args);
    expect(code, stdout + stderr).toBe(1);
    const failed = runDocument(folder.path).trials[0]?.properties.filter(({ verdict }) => verdict === "fail");
    expect(failed?.map(({ name }) => name)).toContain("endpoint-agreement");
  });
});
