import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kindProblem } from "../../harness/clusters/kind/engine.ts";
import type { MatrixDocument } from "../../harness/report/matrix.ts";
import { interregnum, runDocument, start, temporary } from "./cli.ts";
import { nodeImage } from "./node-image.ts";

const problem = await kindProblem(AbortSignal.timeout(10_000));
const go = spawnSync("go", ["version"]).status === 0;

const docker = (...args: readonly string[]): readonly string[] =>
  spawnSync("docker", args, { encoding: "utf8" }).stdout.split("\n").filter(Boolean);

if (problem === undefined) nodeImage();

/** Clusters that a command made for itself; one that --keep keeps has no number. */
const clusters = (): ReadonlySet<string> => {
  const format = '{{.Label "io.x-k8s.kind.cluster"}}';
  const names = docker("ps", "--all", "--filter", "label=io.x-k8s.kind.cluster", "--format", format);
  return new Set(names.filter((name) => name.startsWith("interregnum-")));
};
const SCENARIOS = "partition-leader,kill-leader";
const on = (folder: string) => ["--cluster", "kind", "--seed", "7", "--out", folder];
const runIn = (folder: string, scenario: string) => interregnum("run", scenario, ...on(folder));

const before = problem === undefined ? clusters() : new Set<string>();
const ours = (): readonly string[] => [...clusters()].filter((name) => !before.has(name));

describe.skipIf(problem !== undefined)(`a kind cluster (skipped: ${problem})`, () => {
  test("rolling-update makes a cluster, passes, and leaves none", { timeout: 600_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "rolling-update");
    expect(code, stdout + stderr).toBe(0);
    expect(runDocument(folder.path).environment["kubernetes"]).toMatch(/^v1\./);
    expect(ours()).toEqual([]);
  });

  test.skipIf(!go)("client-go passes where a mutant is convicted", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const electors = ["client-go", "reference+no-deadline"];
    const { stdout, stderr } = await interregnum("compare", ...electors, ...on(folder.path), "--scenarios", SCENARIOS);
    const matrix = JSON.parse(readFileSync(join(folder.path, "matrix.json"), "utf8")) as MatrixDocument;
    const verdicts = matrix.cells.map(({ elector, scenario, verdict }) => `${elector} ${scenario} ${verdict}`);
    expect(verdicts, stdout + stderr).toEqual([
      "client-go partition-leader pass",
      "client-go kill-leader pass",
      "reference+no-deadline partition-leader fail",
      "reference+no-deadline kill-leader pass",
    ]);
    expect(ours()).toEqual([]);
  });

  test("Ctrl-C removes the cluster", { timeout: 400_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "calm", "--cluster", "kind", "--out", folder.path]);
    await harness.seen("settled after");
    expect(ours()).toHaveLength(1);
    harness.kill("SIGINT");
    expect((await harness.done).code).toBe(130);
    expect(ours()).toEqual([]);
  });

  test("after SIGKILL in the middle of a pause, clean removes the cluster", { timeout: 400_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "pause-leader", "--cluster", "kind", "--out", folder.path]);
    await harness.seen("pause: landed");
    harness.kill("SIGKILL");
    await harness.done;
    expect(ours()).toHaveLength(1);
    const { stdout } = await interregnum("clean");
    expect(stdout).toContain("removed the cluster interregnum-");
    expect(ours()).toEqual([]);
  });
});
