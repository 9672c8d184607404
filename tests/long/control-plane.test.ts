import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { statOf } from "../../harness/clusters/proc.ts";
import { historyOf, interregnum, runDocument, start, temporary } from "../e2e/cli.ts";
import { left, runOf } from "../e2e/left.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);
const go = spawnSync("go", ["version"]).status === 0;

const here = ["--cluster", "apiserver", "--seed"] as const;
/** Draws one fault: etcd-pause, held for about a takeover. */
const ETCD_PAUSE = "63";

describe.skipIf(!there)("faults of the real control plane (skipped where its programs are missing)", () => {
  test("etcd stands still, and reference passes", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await interregnum("run", "everything", ...here, ETCD_PAUSE, "--out", folder.path);
    expect(code, stdout + stderr).toBe(0);
    const landed = historyOf(folder.path).filter((event) => event.type === "fault" && event.phase === "landed");
    expect(landed).toEqual([
      expect.objectContaining({ fault: "etcd-pause", detail: expect.stringMatching(/^etcd \(pid \d+\) is stopped/) }),
    ]);
  });

  // Six processes of two control planes beside the replicas may crowd a machine: that is unknown, and never a failure.
  test("trials side by side restart an API server each, and none accuses", { timeout: 600_000 }, async () => {
    using folder = temporary();
    const width = ["--trials", "3", "--jobs", "2", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum("run", "api-restart", ...here, "7", ...width);
    expect([0, 2], stdout + stderr).toContain(code);
    const { trials } = runDocument(folder.path);
    expect(trials).toHaveLength(3);
    expect(trials.filter(({ verdict }) => verdict === "fail")).toEqual([]);
  });

  test.skipIf(!go).each(["api-restart", "node-drain"])(
    "client-go passes %s",
    { timeout: 900_000 },
    async (scenario) => {
      using folder = temporary();
      const more = ["--elector", "client-go", "--out", folder.path];
      const { code, stdout, stderr } = await interregnum("run", scenario, ...here, "7", ...more);
      expect(code, stdout + stderr).toBe(0);
    },
  );

  test("a leader without a deadline is convicted by a restart", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const more = ["--elector", "reference+no-deadline", "--out", folder.path];
    expect((await interregnum("run", "api-restart", ...here, "7", ...more)).code).toBe(1);
  });

  test("killed while etcd stands still, clean leaves nothing of it", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "everything", ...here, ETCD_PAUSE, "--out", folder.path]);
    await harness.seen("etcd-pause: landed");
    const run = runOf(harness.pid);
    expect(left(run).processes.some((pid) => statOf(pid)?.state === "T")).toBe(true);
    harness.kill("SIGKILL");
    await harness.done;
    await interregnum("clean");
    expect(left(run)).toEqual({ processes: [], folders: [] });
  });
});
