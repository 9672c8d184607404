import { describe, expect, test } from "vitest";
import { scenarioNames } from "../../harness/runner/scenarios.ts";
import { interregnum, runDocument, temporary } from "../e2e/cli.ts";

describe.concurrent("the reference elector is acquitted by every scenario there is", () => {
  test.each(scenarioNames())("%s", { timeout: 300_000 }, async (scenario) => {
    using folder = temporary();
    const { code, stdout } = await interregnum("run", scenario, "--seed", "11", "--out", folder.path);
    expect(code, stdout).toBe(0);
    expect(runDocument(folder.path).verdict).toBe("pass");
  });
});
