import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kindProblem } from "../../harness/clusters/kind/engine.ts";
import type { MatrixDocument } from "../../harness/report/matrix.ts";
import { interregnum, temporary } from "../e2e/cli.ts";

const problem = await kindProblem(AbortSignal.timeout(10_000));
const go = spawnSync("go", ["version"]).status === 0;

/** An image of a node that need not be pulled, where there is one; else kind's own. */
if (problem === undefined)
  process.env["KIND_NODE_IMAGE"] ??= spawnSync(
    "docker",
    ["images", "--format", "{{.Repository}}:{{.Tag}}", "kindest/node"],
    { encoding: "utf8" },
  ).stdout.split("\n")[0];

const right = go ? "client-go" : "reference";

describe.skipIf(problem !== undefined)(`beneath the gates of a kind cluster (skipped: ${problem})`, () => {
  test("who never stops is convicted where a right elector is acquitted", { timeout: 1_800_000 }, async () => {
    using folder = temporary();
    const scenarios = "cut-leader,cut-one-way,lossy-network,node-loss";
    const electors = [right, "reference+no-deadline"];
    const asked = ["--cluster", "kind", "--seed", "7", "--out", folder.path, "--scenarios", scenarios];
    const { stdout, stderr } = await interregnum("compare", ...electors, ...asked);
    const matrix = JSON.parse(readFileSync(join(folder.path, "matrix.json"), "utf8")) as MatrixDocument;
    const verdictOf = (elector: string, scenario: string) =>
      matrix.cells.find((cell) => cell.elector === elector && cell.scenario === scenario)?.verdict;
    expect(verdictOf(right, "cut-leader"), stdout + stderr).toBe("pass");
    // Nodes that start, and lines that are lost, load a machine: too little may be seen then, but nobody is accused.
    for (const scenario of scenarios.split(",")) expect(verdictOf(right, scenario), stdout).toMatch(/pass|unknown/);
    for (const scenario of ["cut-leader", "cut-one-way"])
      expect(verdictOf("reference+no-deadline", scenario), stdout).toBe("fail");
  });
});
