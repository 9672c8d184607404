import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { openClient } from "../../harness/clusters/apiserver/client.ts";
import { startControlPlane, type ControlPlane } from "../../harness/clusters/apiserver/control-plane.ts";
import { NODES, openNodes } from "../../harness/clusters/apiserver/nodes.ts";
import { follow } from "../../harness/clusters/apiserver/follow.ts";
import { statOf } from "../../harness/clusters/proc.ts";
import { ApiError } from "../../harness/kubernetes/errors.ts";
import type { KubeObject } from "../../harness/kubernetes/objects.ts";
import { historyOf, interregnum, runDocument, start, temporary } from "../e2e/cli.ts";
import { seedOf } from "../e2e/drawn.ts";
import { left, runOf } from "../e2e/left.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);
const go = spawnSync("go", ["version"]).status === 0;

const here = ["--cluster", "apiserver", "--seed"] as const;
const ETCD_PAUSE = await seedOf("etcd-pause", "apiserver");

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

  test("no version of an object is missed while the API server is restarted", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const over = new AbortController();
    await using control = await controlPlaneIn(folder.path, "restarted", over.signal);
    const { client } = control;
    const lock = { resource: "leases", namespace: "kube-system" };
    const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "lock" }, spec: {} };
    const versionOf = ({ metadata }: KubeObject): string => metadata.resourceVersion ?? "";
    await made(() =>
      client.create("namespaces", "", {
        ...body,
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "kube-system" },
      }),
    );
    const written = [versionOf(await client.create(lock.resource, lock.namespace, body))];
    const seen: string[] = [];
    let gaps = 0;
    const change = ({ object }: { readonly object: KubeObject }): void => void seen.push(versionOf(object));
    const selection = { ...lock, fields: "metadata.name=lock" };
    await follow(client, selection, { every: true, change, gap: () => (gaps += 1) > 0 }, over.signal);
    // A server that starts knows nothing that is older than the last write of anything.
    while (!(await client.commits(5000))) await sleep(200);
    const stopped = await control.stopApi();
    const starting = stopped.start(over.signal);
    // Not the harness's own: it writes as soon as anybody answers.
    await using impatient = openClient(client.url, control.credentials.admin);
    while (written.length < 7)
      try {
        const edit = { spec: { holderIdentity: String(written.length) } };
        written.push(versionOf(await impatient.patch({ ...lock, name: "lock" }, edit)));
      } catch {
        await sleep(5); // nobody is there yet
      }
    await starting;
    while (!seen.includes(written.at(-1)!)) await sleep(50);
    over.abort();
    expect(seen).toEqual(written);
    expect(gaps).toBe(0);
  });

  test("a node that was taken for lost is ready again", { timeout: 300_000 }, async () => {
    using folder = temporary();
    const over = new AbortController();
    await using control = await controlPlaneIn(folder.path, "lost", over.signal);
    const { client } = control;
    await openNodes(client, over.signal);
    const node = { resource: "nodes", namespace: "", name: NODES[0]! };
    type Seen = { readonly status?: { readonly conditions?: readonly { type: string; status: string }[] } };
    const ready = async (): Promise<string | undefined> =>
      ((await client.get(node)) as Seen | undefined)?.status?.conditions?.find(({ type }) => type === "Ready")?.status;
    expect(await ready()).toBe("True");
    // What the control plane says of a node whose lease ran out.
    const unknown = { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" };
    await client.patch(node, { status: { conditions: [unknown] } }, "status");
    while ((await ready()) !== "True") await sleep(200);
    over.abort();
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

  test.skipIf(!go).each(["api-restart", "node-drain", "node-loss"])(
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
    const more = ["--elector", "reference+no-deadline", "--no-shrink", "--out", folder.path];
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

const controlPlaneIn = (folder: string, run: string, signal: AbortSignal): Promise<ControlPlane> =>
  startControlPlane({ run, folder, memory: folder, ledger: join(folder, "ledger") }, "control-plane", signal);

/** The API server makes some of its namespaces by itself, a moment after its start. */
async function made(create: () => Promise<unknown>): Promise<void> {
  await create().catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== 409) throw error;
  });
}
