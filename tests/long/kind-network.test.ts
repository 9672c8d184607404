import { describe, expect, test } from "vitest";
import { temporary } from "../e2e/cli.ts";
import { compareOn, go, ours, problem, unless } from "../e2e/kind.ts";

const right = go ? "client-go" : "reference";

describe.skipIf(problem !== undefined)(`beneath the gates of a kind cluster${unless(problem)}`, () => {
  test("who never stops is convicted where a right elector is acquitted", { timeout: 1_800_000 }, async () => {
    using folder = temporary();
    const scenarios = "cut-leader,cut-one-way,lossy-network,node-loss";
    const electors = [right, "reference+no-deadline"];
    const { stdout, stderr, matrix } = await compareOn(folder.path, electors, scenarios);
    const verdictOf = (elector: string, scenario: string) =>
      matrix.cells.find((cell) => cell.elector === elector && cell.scenario === scenario)?.verdict;
    expect(verdictOf(right, "cut-leader"), stdout + stderr).toBe("pass");
    // Nodes that start, and lines that are lost, load a machine: too little may be seen then, but nobody is accused.
    for (const scenario of scenarios.split(",")) expect(verdictOf(right, scenario), stdout).toMatch(/pass|unknown/);
    for (const scenario of ["cut-leader", "cut-one-way"])
      expect(verdictOf("reference+no-deadline", scenario), stdout).toBe("fail");
    expect(ours()).toEqual([]);
  });
});
