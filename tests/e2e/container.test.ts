import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepareImage } from "../../harness/clusters/containers/prepare-image.ts";
import { findElector } from "../../harness/electors/catalogue.ts";
import { historyOf, interregnum, runDocument, start, temporary } from "./cli.ts";

const engine = spawnSync("docker", ["version"]).status === 0;
const go = spawnSync("go", ["version"]).status === 0;
const root = join(tmpdir(), `interregnum-${userInfo().uid}`);

const runIn = (folder: string, scenario: string, ...more: readonly string[]) =>
  interregnum("run", scenario, "--runtime", "container", "--seed", "7", "--no-shrink", "--out", folder, ...more);

/** What the engine has of a run. */
const left = (run: string): readonly string[] =>
  [
    ["ps", "--all", "--format", "{{.Names}}"],
    ["network", "ls", "--format", "{{.Name}}"],
  ].flatMap((argv) => {
    const { stdout } = spawnSync("docker", [...argv, "--filter", `label=interregnum.run=${run}`], { encoding: "utf8" });
    return stdout.split("\n").filter(Boolean);
  });

/** The run of a living harness. */
const runOf = (pid: number): string =>
  readdirSync(root).find((run) => readFileSync(join(root, run, "owner"), "utf8").startsWith(`${pid} `)) ?? "";

/** An elector.yaml that names an image, in the folder. */
function ownImage(folder: string, image: string): string {
  const file = join(folder, "elector.yaml");
  writeFileSync(file, `name: own\nimage: ${image}\ntunable: true\n`);
  return file;
}

describe.skipIf(!engine)("electors as containers (skipped where no Docker engine answers)", () => {
  test.skipIf(!go)("client-go, FROM scratch, passes kill-leader", { timeout: 600_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "kill-leader", "--elector", "client-go");
    expect(code, stdout + stderr).toBe(0);
    const { id, environment } = runDocument(folder.path);
    expect(environment).toMatchObject({
      runtime: "container",
      image: expect.stringMatching(/^interregnum\/client-go:/),
    });
    expect(left(id)).toEqual([]);
    const killed = historyOf(folder.path).find((event) => event.type === "replica" && event.phase === "exited");
    expect(killed).toMatchObject({ signal: "SIGKILL" });
  });

  test(
    "a leader that the engine froze wakes, and one that writes without a version is convicted",
    { timeout: 300_000 },
    async () => {
      using folder = temporary();
      const { code, stdout } = await runIn(folder.path, "pause-leader", "--elector", "reference+no-precondition");
      expect(code, stdout).toBe(1);
      const [trial] = runDocument(folder.path).trials;
      expect(trial?.properties[0]).toMatchObject({ name: "conditional-writes", verdict: "fail" });
    },
  );

  test(
    "a leader that the engine takes out of its network stops, and one that never does is convicted",
    { timeout: 600_000 },
    async () => {
      using folder = temporary();
      const asked = ["--runtime", "container", "--scenarios", "cut-leader", "--seed", "7", "--no-shrink"];
      const { stdout } = await interregnum(
        "compare",
        "reference",
        "reference+no-deadline",
        ...asked,
        "--out",
        folder.path,
      );
      expect(stdout).toMatch(/2 cells: 1 pass, 1 fail/);
      const landed = historyOf(join(folder.path, "reference")).find(
        (event) => event.type === "fault" && event.phase === "landed",
      );
      expect(landed).toMatchObject({ fault: "packet-drop", detail: expect.stringContaining("do not now") });
    },
  );

  test.skipIf(!go)(
    "compare runs an image that an elector.yaml names beside one of ours",
    { timeout: 600_000 },
    async () => {
      using folder = temporary();
      const { image } = await prepareImage(await findElector("client-go"), AbortSignal.timeout(300_000));
      const own = ownImage(folder.path, image!);
      const out = join(folder.path, "out");
      const asked = ["--runtime", "container", "--scenarios", "kill-leader", "--seed", "7", "--out", out];
      const { code, stdout, stderr } = await interregnum("compare", own, "reference", ...asked);
      expect(code, stdout + stderr).toBe(0);
      const matrix = JSON.parse(readFileSync(join(out, "matrix.json"), "utf8")) as { readonly cells?: unknown };
      expect(JSON.stringify(matrix)).toContain('"own"');
      expect(stdout).toMatch(/2 cells: 2 pass/);
    },
  );

  test("an image that is nowhere is bad input", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const { code, stderr } = await interregnum(
      "run",
      "calm",
      "--elector",
      ownImage(folder.path, "interregnum.invalid/none:1"),
    );
    expect(code, stderr).toBe(3);
    expect(stderr).toContain("interregnum.invalid/none:1 is not on this machine and cannot be pulled");
  });

  test("after SIGKILL, clean leaves nothing of it", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "pause-leader", "--runtime", "container", "--seed", "7", "--out", folder.path]);
    await harness.seen("pause: landed");
    const run = runOf(harness.pid);
    expect(left(run)).toHaveLength(4); // three replicas, one of them frozen, and their network
    harness.kill("SIGKILL");
    await harness.done;
    await interregnum("clean");
    expect(left(run)).toEqual([]);
    expect(existsSync(join(root, run))).toBe(false);
  });

  test("Ctrl-C leaves nothing of it", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const harness = start(["run", "calm", "--runtime", "container", "--out", folder.path]);
    await harness.seen("settled after");
    harness.kill("SIGINT");
    expect((await harness.done).code).toBe(130);
    expect(left(runDocument(folder.path).id)).toEqual([]);
  });
});
