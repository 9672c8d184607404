import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failedIn, temporary } from "../e2e/cli.ts";
import { compareOn, go, ours, problem, unless, verdictsOf } from "../e2e/kind.ts";

const skipped = problem ?? (go ? undefined : "no go on PATH");

describe.skipIf(skipped !== undefined)(`electors of the field on kind${unless(skipped)}`, () => {
  test(
    "the sidecar and the manager of one replica pass, and their old ways are convicted",
    { timeout: 2_400_000 },
    async () => {
      using folder = temporary();
      const electors = ["sidecar", "sidecar-daemonset", "manager", "manager+no-election"];
      const { stdout, stderr, matrix } = await compareOn(folder.path, electors, "rolling-update");
      expect(verdictsOf(matrix), stdout + stderr).toEqual([
        "sidecar rolling-update pass",
        "sidecar-daemonset rolling-update pass",
        "manager rolling-update pass",
        "manager+no-election rolling-update fail",
      ]);
      // Two pods for the moment of a rollout, and both of them work.
      expect(failedIn(join(folder.path, "manager+no-election"))).toContain("at-most-one-effect");
      expect(ours()).toEqual([]);
    },
  );

  test("client-go passes what is done to it", { timeout: 2_400_000 }, async () => {
    using folder = temporary();
    const scenarios = ["partition-leader", "kill-leader", "pause-leader", "node-drain", "flaky-api", "lost-reply"];
    const { stdout, stderr, matrix } = await compareOn(folder.path, ["client-go"], scenarios.join(","));
    expect(verdictsOf(matrix), stdout + stderr).toEqual(scenarios.map((scenario) => `client-go ${scenario} pass`));
    expect(ours()).toEqual([]);
  });
});
