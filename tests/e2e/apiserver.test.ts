import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { historyOf, interregnum, runDocument, start, temporary } from "./cli.ts";
import { left, runOf } from "./left.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);
const go = spawnSync("go", ["version"]).status === 0;

const runIn = (folder: string, scenario: string, ...more: readonly string[]) =>
  interregnum("run", scenario, "--cluster", "apiserver", "--seed", "7", "--no-shrink", "--out", folder, ...more);

describe.skipIf(!there)("the real control plane (skipped where its programs are missing)", () => {
  test.each(["rolling-update", "kill-leader", "partition-leader"])(
    "reference passes %s",
    { timeout: 300_000 },
    async (scenario) => {
      using folder = temporary();
      const { code, stdout, stderr } = await runIn(folder.path, scenario);
      expect(code, stdout + stderr).toBe(0);
      expect(runDocument(folder.path).environment["kubernetes"]).toMatch(/^v1\./);
    },
  );

  test.skipIf(!go)("client-go passes rolling-update", { timeout: 600_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "rolling-update", "--elector", "client-go");
    expect(code, stdout + stderr).toBe(0);
  });

  test("a mutant that never steps down is convicted", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const { code } = await runIn(folder.path, "partition-leader", "--elector", "reference+no-deadline");
    expect(code).toBe(1);
  });

  test("two trials at once do not meet", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "kill-leader", "--trials", "2", "--jobs", "2");
    expect(code, stdout + stderr).toBe(0);
    expect(runDocument(folder.path).trials.map((trial) => trial.verdict)).toEqual(["pass", "pass"]);
  });

  test("api-restart ends the process twice, and reference passes", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "api-restart");
    expect(code, stdout + stderr).toBe(0);
    const proofs = proofsOf(folder.path);
    expect(proofs).toEqual(
      Array(2).fill(expect.stringMatching(/^kube-apiserver \(pid \d+\) was killed and is gone; /)),
    );
    expect(new Set(proofs.map((proof) => /\d+/.exec(proof)![0])).size).toBe(2);
    expect(left(runDocument(folder.path).id)).toEqual({ processes: [], folders: [] });
  });

  test("node-drain moves pods to other nodes, and reference passes", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "node-drain");
    expect(code, stdout + stderr).toBe(0);
    expect(proofsOf(folder.path)).toEqual(
      Array(2).fill(expect.stringMatching(/ is gone from interregnum-\d, and 3 run elsewhere$/)),
    );
  });

  test("Ctrl-C leaves nothing of it", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "calm", "--cluster", "apiserver", "--out", folder.path]);
    await harness.seen("settled after");
    harness.kill("SIGINT");
    expect((await harness.done).code).toBe(130);
    expect(left(runDocument(folder.path).id)).toEqual({ processes: [], folders: [] });
  });

  test("after SIGKILL, clean leaves nothing of it", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "calm", "--cluster", "apiserver", "--out", folder.path]);
    await harness.seen("settled after");
    const run = runOf(harness.pid);
    expect(left(run).processes.length).toBeGreaterThan(4);
    harness.kill("SIGKILL");
    await harness.done;
    await interregnum("clean");
    expect(left(run)).toEqual({ processes: [], folders: [] });
  });
});

/** What the faults of a run's first trial gave as proofs that they landed. */
const proofsOf = (folder: string): readonly string[] =>
  historyOf(folder).flatMap((event) =>
    event.type === "fault" && event.phase === "landed" ? [event.detail ?? ""] : [],
  );
