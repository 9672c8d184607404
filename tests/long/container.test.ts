import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { interregnum, temporary } from "../e2e/cli.ts";

const engine = spawnSync("docker", ["version"]).status === 0;
const go = spawnSync("go", ["version"]).status === 0;
const plane = Object.values(await findPrograms()).every((program) => program !== undefined);

const compareIn = (folder: string, scenarios: string, ...more: readonly string[]) => {
  const asked = ["--runtime", "container", "--scenarios", scenarios, "--seed", "7", "--out", join(folder, "out")];
  return interregnum("compare", "reference", "client-go", ...asked, ...more);
};

describe.skipIf(!engine || !go)("right electors as containers (skipped where Docker or Go is missing)", () => {
  test("pass what is done to them on the embedded API", { timeout: 1_800_000 }, async () => {
    using folder = temporary();
    const scenarios = "rolling-update,partition-leader,evict-leader,same-identity-restart,scale-up-down";
    const { code, stdout, stderr } = await compareIn(folder.path, scenarios);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/10 cells: 10 pass/);
  });

  test.skipIf(!plane)("are compared on a real control plane", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await compareIn(folder.path, "kill-leader", "--cluster", "apiserver");
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/2 cells: 2 pass/);
  });
});
