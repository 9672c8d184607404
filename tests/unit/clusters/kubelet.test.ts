import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openKubelet, type Kubelet } from "../../../harness/clusters/kubelet.ts";
import { openProcesses } from "../../../harness/clusters/processes.ts";
import { openTurnstile } from "../../../harness/clusters/turnstile.ts";
import type { PodHost } from "../../../harness/clusters/pod-host.ts";
import type { PodChange, PodSource } from "../../../harness/clusters/pod-source.ts";
import { membersOf, statOf } from "../../../harness/clusters/proc.ts";
import type { Pod } from "../../../harness/kubernetes/rollout/types.ts";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";
import { eventually, shellEnv, temporaryFolder } from "./bench.ts";

/** An API of one kubelet: pods in a map, with deletion as the real one does it. */
function openPods() {
  const pods = new Map<string, Pod>();
  let tell: (change: PodChange) => void = () => {};
  const change = (type: PodChange["type"], pod: Pod): void => {
    if (type === "DELETED") pods.delete(pod.metadata.name);
    else pods.set(pod.metadata.name, pod);
    tell({ type, pod });
  };
  const source: PodSource = {
    watch(listener, signal) {
      tell = listener;
      signal.addEventListener("abort", () => (tell = () => {}));
      for (const pod of pods.values()) listener({ type: "ADDED", pod });
    },
    async writeStatus(pod, status) {
      const current = pods.get(pod.metadata.name);
      if (current !== undefined && status !== undefined) change("MODIFIED", { ...current, status });
    },
    async remove(pod) {
      change("DELETED", pod);
    },
  };
  return {
    source,
    get: (name: string) => pods.get(name),
    create(name: string, script: string, more: object = {}, pod: object = {}): void {
      const container = { name: "main", command: ["sh", "-c", script], ...more };
      const metadata = { name, uid: name };
      change("ADDED", { apiVersion: "v1", kind: "Pod", metadata, spec: { ...pod, containers: [container] } });
    },
    /** Deletes with a grace; 0 removes the object at once. */
    delete(name: string, grace: number): void {
      const pod = pods.get(name)!;
      if (grace === 0) return change("DELETED", pod);
      const metadata = { ...pod.metadata, deletionTimestamp: "now", deletionGracePeriodSeconds: grace };
      change("MODIFIED", { ...pod, metadata });
    },
  };
}

async function openBench() {
  const folder = temporaryFolder();
  const clock = openLoopClock();
  const runtime = await openProcesses({ run: "test", folder: folder.path, ledger: join(folder.path, "ledger") });
  const pods = openPods();
  const story: string[] = [];
  const pids: number[] = [];
  const refusals: unknown[] = [];
  const host: PodHost = {
    prepare: async () => (container) => ({
      argv: container.command ?? [],
      env: shellEnv,
      directory: container.workingDir ?? folder.path,
    }),
    started(process, running) {
      pids.push(running.pid);
      story.push(`started ${process.incarnation}`);
    },
    lines: (_process, _stream, lines) => story.push(...lines.map((line) => `said ${line.bytes.toString()}`)),
    silent: () => {},
    exited: (process, exit) => story.push(`exited ${process.incarnation} ${exit.signal ?? exit.code}`),
    ready: () => story.push("ready"),
    terminating: () => story.push("terminating"),
    failed: (_pod, error) => story.push(`failed ${(error as NodeJS.ErrnoException).code}`),
    released: async () => void story.push("released"),
  };
  const kubelet: Kubelet = openKubelet({
    source: pods.source,
    host,
    runtime: { ...runtime, address: () => "127.0.0.1" },
    turn: openTurnstile(),
    clock,
    wall: () => new Date(),
    refused: (error) => refusals.push(error),
  });
  return {
    folder,
    pods,
    story,
    pids,
    refusals,
    kubelet,
    said: (text: string) => eventually(() => story.includes(text)),
    async [Symbol.asyncDispose]() {
      await kubelet[Symbol.asyncDispose]();
      await runtime[Symbol.asyncDispose]();
      clock[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

const HOLD = "sleep 1000 & echo up; wait"; // both are there when it is heard

test("a pod runs, is ready, and its object goes when SIGTERM has ended it", async () => {
  await using bench = await openBench();
  bench.pods.create("a", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done");
  await bench.said("said up");
  expect(bench.pods.get("a")!.status).toMatchObject({ phase: "Running", podIP: "127.0.0.1" });
  bench.pods.delete("a", 30);
  await eventually(() => bench.kubelet.workers().length === 0);
  expect(bench.pods.get("a")).toBeUndefined();
  expect(bench.story).toEqual(["started 1", "ready", "said up", "terminating", "said bye", "exited 1 0", "released"]);
  expect(bench.refusals).toEqual([]);
});

test("one that ignores SIGTERM is killed after its grace, with all it started", async () => {
  await using bench = await openBench();
  bench.pods.create("a", "trap '' TERM; sleep 1000 & echo up; while :; do sleep 0.01; done");
  await bench.said("said up");
  bench.pods.delete("a", 0.1);
  await bench.said("released");
  expect(bench.story).toContain("exited 1 SIGKILL");
  await eventually(() => membersOf(bench.pids[0]!).length === 0);
});

test("deletion without grace kills at once, and no SIGTERM is told of", async () => {
  await using bench = await openBench();
  bench.pods.create("a", HOLD);
  await bench.said("said up");
  bench.pods.delete("a", 0);
  await bench.said("released");
  expect(bench.story).toEqual(["started 1", "ready", "said up", "exited 1 SIGKILL", "released"]);
});

test("a shorter grace overrides a longer one", async () => {
  await using bench = await openBench();
  bench.pods.create("a", "trap '' TERM; echo up; while :; do sleep 0.01; done");
  await bench.said("said up");
  bench.pods.delete("a", 3600);
  bench.pods.delete("a", 0.05);
  await bench.said("released");
  expect(bench.story.filter((entry) => entry === "terminating")).toHaveLength(1);
});

test("a container that ends is started again, as the next incarnation", async () => {
  await using bench = await openBench();
  bench.pods.create("a", "test -e once || { touch once; exit 3; }; echo up; sleep 1000 & wait");
  await bench.said("said up");
  expect(bench.story.filter((entry) => /^(started|exited)/.test(entry))).toEqual([
    "started 1",
    "exited 1 3",
    "started 2",
  ]);
  expect(bench.pods.get("a")!.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
});

test("a command that is not there fails the pod for good", async () => {
  await using bench = await openBench();
  bench.pods.create("a", "", { command: ["/no/such/program"] });
  await bench.said("failed ENOENT");
  expect(bench.story).toEqual(["failed ENOENT"]);
  bench.pods.delete("a", 30);
  await bench.said("released");
});

test("a probed container is ready when it answers", async () => {
  await using bench = await openBench();
  const server = `require("net").createServer(s => s.end()).listen(process.argv[1], "127.0.0.1")`;
  const port = 20_000 + (process.pid % 20_000);
  bench.pods.create("a", "", {
    command: [process.execPath, "-e", server, String(port)],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 0.02 },
  });
  await bench.said("started 1");
  expect(bench.pods.get("a")!.status?.containerStatuses?.[0]?.ready ?? false).toBe(false);
  await bench.said("ready");
});

test("a container is ready when a command beside it ends with 0", async () => {
  await using bench = await openBench();
  const file = join(bench.folder.path, "ready");
  bench.pods.create("a", HOLD, {
    readinessProbe: { exec: { command: ["test", "-e", file] }, periodSeconds: 0.02, timeoutSeconds: 5 },
  });
  await bench.said("said up");
  expect(bench.story).not.toContain("ready");
  writeFileSync(file, "");
  await bench.said("ready");
});

test("a container that does not live any more is told to end, is killed after its grace, and started again", async () => {
  await using bench = await openBench();
  const file = join(bench.folder.path, "alive");
  writeFileSync(file, "");
  const livenessProbe = {
    exec: { command: ["test", "-e", file] },
    periodSeconds: 0.02,
    timeoutSeconds: 5,
    failureThreshold: 2,
    terminationGracePeriodSeconds: 0.1,
  };
  bench.pods.create("a", "trap 'echo told' TERM; echo up; while :; do sleep 0.01; done", { livenessProbe });
  await bench.said("said up");
  rmSync(file);
  await bench.said("started 2");
  expect(bench.story.filter((word) => word !== "said up")).toEqual(
    expect.arrayContaining(["started 1", "ready", "said told", "exited 1 SIGKILL", "started 2"]),
  );
});

test("a probe's command that hangs is killed, and the container is not ready", async () => {
  await using bench = await openBench();
  const mark = join(bench.folder.path, "probed");
  const command = ["sh", "-c", `echo $$ >> ${mark}; exec sleep 1000`];
  bench.pods.create("a", HOLD, { readinessProbe: { exec: { command }, periodSeconds: 0.02, timeoutSeconds: 0.2 } });
  const pids = (): readonly number[] =>
    existsSync(mark) ? readFileSync(mark, "utf8").trim().split("\n").filter(Boolean).map(Number) : [];
  await eventually(() => pids().length >= 2);
  await eventually(() => statOf(pids()[0]!) === undefined);
  expect(bench.story).not.toContain("ready");
});

test.each([
  { restartPolicy: "Never", end: 1, phase: "Failed" },
  { restartPolicy: "OnFailure", end: 0, phase: "Succeeded" },
])("a container of restartPolicy $restartPolicy that ends with $end is over", async ({ restartPolicy, end, phase }) => {
  await using bench = await openBench();
  bench.pods.create("a", `exit ${end}`, {}, { restartPolicy });
  await eventually(() => bench.pods.get("a")?.status?.phase === phase);
  const [status] = bench.pods.get("a")!.status!.containerStatuses!;
  expect(status).toMatchObject({ ready: false, restartCount: 0, state: { terminated: { exitCode: end } } });
  expect(bench.story.filter((word) => word.startsWith("started"))).toEqual(["started 1"]);
});

test("a container of restartPolicy OnFailure that fails is started again", async () => {
  await using bench = await openBench();
  bench.pods.create("a", "exit 3", {}, { restartPolicy: "OnFailure" });
  await bench.said("started 2");
});

test("a paused pod stands still with all its processes, can be woken, and can be killed as it is", async () => {
  await using bench = await openBench();
  const signal = new AbortController().signal;
  bench.pods.create("a", HOLD);
  await bench.said("said up");
  const worker = bench.kubelet.worker("a")!;
  await worker.pause(signal);
  const states = (): readonly (string | undefined)[] => membersOf(bench.pids[0]!).map((pid) => statOf(pid)?.state);
  expect(states().length).toBeGreaterThanOrEqual(2);
  expect(new Set(states())).toEqual(new Set(["T"]));
  worker.resume();
  await eventually(() => states().every((state) => state === "S"));
  await worker.pause(signal);
  bench.pods.delete("a", 0);
  await bench.said("released");
  await expect(worker.pause(signal)).rejects.toThrow("a has no process to pause");
});

test("disposing kills every process, paused ones too", async () => {
  let pids: readonly number[] = [];
  {
    await using bench = await openBench();
    bench.pods.create("a", HOLD);
    bench.pods.create("b", HOLD);
    await eventually(() => bench.story.filter((entry) => entry === "said up").length === 2);
    await bench.kubelet.worker("a")!.pause(new AbortController().signal);
    pids = bench.pids;
  }
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(statOf(pid)).toBeUndefined();
});

test("a node without power runs nothing, says nothing and hears nothing until it is back", async () => {
  await using bench = await openBench();
  bench.pods.create("a", HOLD, {}, { nodeName: "n1" });
  bench.pods.create("other", "echo other; sleep 1000", {}, { nodeName: "n2" });
  await bench.said("said up");
  await bench.said("said other");
  const powerOn = bench.kubelet.powerOff("n1");
  await bench.said("exited 1 SIGKILL");
  await eventually(() => bench.pids.filter((pid) => membersOf(pid).length > 0).length === 1);
  expect(bench.pods.get("a")!.status).toMatchObject({ phase: "Running" });
  bench.pods.create("b", "echo late; sleep 1000", {}, { nodeName: "n1" });
  bench.pods.delete("a", 30);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(bench.pods.get("a")).toBeDefined();
  expect(bench.story).not.toContain("said late");
  powerOn();
  await bench.said("said late");
  await eventually(() => bench.pods.get("a") === undefined);
});

test("a pod whose node got its power back goes on as its next process", async () => {
  await using bench = await openBench();
  bench.pods.create("a", HOLD, {}, { nodeName: "n1" });
  await bench.said("said up");
  const powerOn = bench.kubelet.powerOff("n1");
  await bench.said("exited 1 SIGKILL");
  powerOn();
  await bench.said("started 2");
  await eventually(() => bench.kubelet.worker("a")?.ready === true);
});
