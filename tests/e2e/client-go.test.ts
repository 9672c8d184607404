import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { interregnum, runDocument, temporary } from "./cli.ts";

const go = spawnSync("go", ["version"]).status === 0;
const scenarios = ["rolling-update", "partition-leader", "pause-leader", "kill-leader", "evict-leader", "lost-reply"];

describe.skipIf(!go)("the real client-go (skipped where Go is missing)", () => {
  test.concurrent.each(scenarios)("client-go passes %s", { timeout: 600_000 }, async (scenario) => {
    using folder = temporary();
    const { code, stdout, stderr } = await interregnum(
      "run",
      scenario,
      "--elector",
      "client-go",
      "--seed",
      "7",
      "--out",
      folder.path,
    );
    expect(code, stdout + stderr).toBe(0);
    if (scenario === "pause-leader") expect(runDocument(folder.path).trials[0]?.hazards.length).toBeGreaterThan(0);
  });

  test.concurrent.each(["rolling-update", "evict-leader"])(
    "client-go-release passes %s",
    { timeout: 600_000 },
    async (scenario) => {
      using folder = temporary();
      const args = ["run", scenario, "--elector", "client-go-release", "--seed", "7", "--out", folder.path];
      const { code, stdout, stderr } = await interregnum(...args);
      expect(code, stdout + stderr).toBe(0);
    },
  );
});
