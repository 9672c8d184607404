import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { interregnum, temporary } from "./cli.ts";
import { expectDoubleWorkWhileRolled, unflagged } from "./managers.ts";

const go = spawnSync("go", ["version"]).status === 0;
const there = Object.values(await findPrograms()).every((program) => program !== undefined);

const runIn = (folder: string, scenario: string, elector: string) => {
  const asked = ["--cluster", "apiserver", "--elector", elector, "--seed", "7", "--no-shrink"];
  return interregnum("run", scenario, ...asked, "--out", folder);
};

// tests/long/field.test.ts has the others.
describe.skipIf(!go || !there)(
  "what the field ran, on the real control plane (skipped where Go or its programs are missing)",
  () => {
    test.each([
      ["sidecar-daemonset", "rolling-update"],
      ["client-go-0.17-endpoints", "lock-migration"],
    ])("%s passes %s", { timeout: 600_000 }, async (elector, scenario) => {
      using folder = temporary();
      const { code, stdout, stderr } = await runIn(folder.path, scenario, elector);
      expect(code, stdout + stderr).toBe(0);
    });

    test("a manager whose command lacks the flag works twice while it is rolled", { timeout: 600_000 }, async () => {
      using folder = temporary();
      await expectDoubleWorkWhileRolled(join(folder.path, "out"), "apiserver", unflagged(folder.path));
    });
  },
);
