import { describe, expect, test } from "vitest";
import { interregnum, processesOf, runDocument, temporary } from "./cli.ts";
import { passing } from "./passing.ts";

describe.concurrent("the reference elector is acquitted", () => {
  test.each(passing)("%s", { timeout: 120_000 }, async (scenario) => {
    using folder = temporary();
    const { code, stdout } = await interregnum("run", scenario, "--seed", "7", "--out", folder.path);
    expect(code, stdout).toBe(0);
    const run = runDocument(folder.path);
    expect(run.verdict).toBe("pass");
    expect(run.trials[0]?.properties.map((property) => property.verdict)).not.toContain("fail");
    expect(processesOf(run.id)).toEqual([]);
    if (scenario === "pause-leader") {
      const hazard = run.trials[0]?.hazards.find((one) => one.property === "at-most-one-leader");
      expect(hazard?.cause).toMatch(/pause/);
      expect(hazard?.overlap?.least).toBeGreaterThan(0);
    }
  });

  test("a hazard is a failure under --strict", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const { code } = await interregnum("run", "pause-leader", "--seed", "7", "--strict", "--out", folder.path);
    expect(code).toBe(1);
  });
});
