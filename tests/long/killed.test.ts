import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { interregnum, start, temporary } from "../e2e/cli.ts";
import { left, portsOf, runOf } from "../e2e/left.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);
const timeout = 300_000;
const LOOK_MS = 5;

type Started = ReturnType<typeof start>;
/** Resolves when the moment has come. */
type Until = (harness: Started, out: string) => Promise<void>;

/** Looks until it is so, or the harness is gone: then it ended before its time. */
async function until(harness: Started, so: () => boolean): Promise<void> {
  let over: string | undefined;
  void harness.done.then(({ stdout, stderr }) => (over = stdout + stderr));
  while (!so()) {
    if (over !== undefined) throw new Error(`it ended before:\n${over}`);
    await sleep(LOOK_MS);
  }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // not yet, or no longer
  }
};

const runs =
  (program: string): Until =>
  (harness) =>
    until(harness, () =>
      left(runOf(harness.pid)).processes.some(
        (pid) => basename(textOf(`/proc/${pid}/cmdline`).split("\0")[0]!) === program,
      ),
    );
const recorded =
  (text: string): Until =>
  (harness, out) =>
    until(harness, () => textOf(join(out, "trials", "0", "history.jsonl")).includes(text));
const said =
  (text: string): Until =>
  (harness) =>
    harness.seen(text);
const after =
  (ms: number): Until =>
  async () =>
    void (await sleep(ms));

/** The moments that a control plane's life has, and who is there then besides the harness. */
const moments: readonly (readonly [when: string, scenario: string, until: Until, processes: number])[] = [
  ["before etcd is started", "calm", (harness) => until(harness, () => runOf(harness.pid) !== ""), 0],
  ["as etcd starts", "calm", runs("etcd"), 1],
  ["while the API server starts", "calm", runs("kube-apiserver"), 2],
  ["while the controllers start", "calm", runs("kube-controller-manager"), 3],
  ["as the first replica starts", "calm", recorded('"phase":"started"'), 5],
  ["while the API server is down", "api-restart", said("api-down: landed"), 4],
  ["while the leader is frozen", "pause-leader", said("pause: landed"), 7],
  ["while a node is drained", "node-drain", said("drain: landed"), 6],
  ["while it closes", "calm", recorded('"type":"end"'), 1],
];
/** And moments without a name, in ms from the harness's start. */
const instants = [100, 300, 600, 900, 1200, 1600, 2000, 2500, 3100, 3800, 4600, 5500, 7000];
const unnamed = instants.map((ms) => [`${ms} ms after its start`, "calm", after(ms), 0] as const);
const all = [...moments, ...unnamed];

const begin = (scenario: string, out: string): Started =>
  start(["run", scenario, "--cluster", "apiserver", "--seed", "7", "--out", out]);

/** Whatever a harness had: what is there of it yet. */
const remains = (pid: number, run: string, ports: ReturnType<typeof portsOf>) => ({
  run: runOf(pid),
  ...left(run),
  ports: ports.still(),
});
const nothing = { run: "", processes: [], folders: [], ports: [] };

describe.skipIf(!there)("nothing stays of a real control plane (skipped where its programs are missing)", () => {
  test.each(all)("killed %s, once it is cleaned", { timeout }, async (_when, scenario, moment, processes) => {
    using folder = temporary();
    const harness = begin(scenario, folder.path);
    await moment(harness, folder.path);
    harness.kill("SIGKILL");
    expect((await harness.done).code).toBe(137);
    const run = runOf(harness.pid);
    const orphans = left(run).processes;
    expect(orphans.length).toBeGreaterThanOrEqual(processes);
    const ports = portsOf(orphans);
    const { code, stderr } = await interregnum("clean");
    expect(code, stderr).toBe(0);
    expect(remains(harness.pid, run, ports)).toEqual(nothing);
  });

  test.each(all)("Ctrl-C %s, by itself", { timeout }, async (_when, scenario, moment) => {
    using folder = temporary();
    const harness = begin(scenario, folder.path);
    await moment(harness, folder.path);
    let run = runOf(harness.pid);
    const ports = portsOf([harness.pid, ...left(run).processes]);
    harness.kill("SIGINT");
    // Its run may only be begun now.
    const looking = setInterval(() => (run ||= runOf(harness.pid)), LOOK_MS);
    const { code, stdout, stderr } = await harness.done;
    clearInterval(looking);
    expect(code, stdout + stderr).toBe(130);
    expect(remains(harness.pid, run, ports)).toEqual(nothing);
  });

  test("Ctrl-C twice while the leader is frozen, once it is cleaned", { timeout }, async () => {
    using folder = temporary();
    const harness = begin("pause-leader", folder.path);
    await harness.seen("pause: landed");
    const run = runOf(harness.pid);
    const ports = portsOf([harness.pid, ...left(run).processes]);
    expect(ports.count).toBeGreaterThan(0);
    harness.kill("SIGINT");
    await harness.seen("interrupted: healing faults");
    harness.kill("SIGINT");
    expect((await harness.done).code).toBe(130);
    expect((await interregnum("clean")).code).toBe(0);
    expect(remains(harness.pid, run, ports)).toEqual(nothing);
  });
});
