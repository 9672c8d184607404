import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, type TestContext } from "vitest";
import { ACCOUNT, openAccount } from "../../harness/clusters/apiserver/account.ts";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { startControlPlane } from "../../harness/clusters/apiserver/control-plane.ts";
import { openNodes } from "../../harness/clusters/apiserver/nodes.ts";
import { apiPods } from "../../harness/clusters/apiserver/pods.ts";
import { openKubelet } from "../../harness/clusters/kubelet.ts";
import type { PodHost } from "../../harness/clusters/pod-host.ts";
import { openProcesses } from "../../harness/clusters/processes.ts";
import { openTurnstile } from "../../harness/clusters/turnstile.ts";
import type { Deployment, Pod } from "../../harness/kubernetes/rollout/types.ts";
import { openLoopClock } from "../../harness/runner/loop-clock.ts";
import { interregnum, temporary } from "./cli.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);

/** Finds its API as a pod's client does. Alone in its election, it need not wait for anybody. */
const IN_CLUSTER = `
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, SERVICE_ACCOUNT_DIR: folder } = process.env;
const { POD_NAME: me, ELECTION_NAME: name, EFFECT_URL: effects } = process.env;
const [token, ca, namespace] = ["token", "ca.crt", "namespace"].map((file) => readFileSync(folder + "/" + file, "utf8"));
const ask = (path, { method = "GET", body, bearer = token } = {}) =>
  new Promise((resolve, reject) => {
    const headers = { authorization: "Bearer " + bearer, "content-type": "application/json" };
    const asked = request({ host, port, ca, path, method, headers }, async (answer) => {
      const chunks = await answer.toArray();
      resolve({ status: answer.statusCode, object: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    asked.on("error", reject);
    asked.end(body && JSON.stringify(body));
  });
const leases = (of) => "/apis/coordination.k8s.io/v1/namespaces/" + of + "/leases";
const metadata = { name, namespace };
const stamp = () => new Date().toISOString().replace("Z", "000Z");
const spec = () => ({ holderIdentity: me, leaseDurationSeconds: 4, acquireTime, renewTime: stamp(), leaseTransitions: 0 });
const acquireTime = stamp();
const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
await ask(leases(namespace), { method: "POST", body: { ...lease, metadata, spec: spec() } });
console.log(JSON.stringify({ leading: true }));
const seen = {
  lock: await ask(leases(namespace) + "/" + name),
  "a lock elsewhere": await ask(leases("default") + "/" + name),
  "a Secret": await ask("/api/v1/namespaces/" + namespace + "/secrets/any"),
  "the lock as somebody": await ask(leases(namespace) + "/" + name, { bearer: "made-up" }),
};
for (const [what, { status, object }] of Object.entries(seen)) console.log("asked for", what + ":", status, object.message ?? "");
for (;;) {
  const { object } = await ask(leases(namespace) + "/" + name);
  await ask(leases(namespace) + "/" + name, { method: "PUT", body: { ...object, spec: spec() } });
  await fetch(effects, { method: "POST" });
  await sleep(500);
}
`;

describe.skipIf(!there)("pods of the real control plane (skipped where its programs are missing)", () => {
  test("a replica finds its API as a pod does, and may do what its lock needs", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const [program, file, out] = ["elector.mjs", "elector.yaml", "out"].map((name) => join(folder.path, name));
    writeFileSync(program!, IN_CLUSTER);
    writeFileSync(file!, `name: in-cluster\ncommand: [node, ${program}]\ntunable: true\nreplicas: 1\n`);
    const on = ["--cluster", "apiserver", "--seed", "7", "--out", out!];
    const { code, stdout, stderr } = await interregnum("run", "calm", "--elector", file!, ...on);
    expect(code, stdout + stderr).toBe(0);
    const trial = join(out!, "trials", "0");
    const [log] = readdirSync(trial).filter((name) => name.endsWith(".log"));
    const asked = [...readFileSync(join(trial, log!), "utf8").matchAll(/asked for (.*): (\d+) (.*)$/gm)];
    expect(Object.fromEntries(asked.map(([, what, status]) => [what, status]))).toEqual({
      lock: "200",
      "a lock elsewhere": "403",
      "a Secret": "403",
      "the lock as somebody": "401",
    });
    expect(asked.find(([, what]) => what === "a Secret")?.[3]).toMatch(
      /User "system:serviceaccount:[^"]+:elector" cannot get resource "secrets"/,
    );
  });

  test("a container that does not live any more is started again in its pod", { timeout: 120_000 }, async (context) => {
    const bench = await openBench(context);
    const alive = join(bench.folder, "alive");
    writeFileSync(alive, "");
    const livenessProbe = {
      exec: { command: ["test", "-e", alive] },
      periodSeconds: 1,
      timeoutSeconds: 10,
      failureThreshold: 2,
      terminationGracePeriodSeconds: 1,
    };
    await bench.deploy("lives", {
      command: ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"],
      livenessProbe,
    });
    const available = (): Promise<void> =>
      bench.eventually(async () => (await bench.deployment("lives")).status?.availableReplicas === 1);
    await available();
    const [first] = await bench.pods("lives");
    rmSync(alive);
    const status = async () => (await bench.pods("lives"))[0]?.status?.containerStatuses?.[0];
    await bench.eventually(async () => ((await status())?.restartCount ?? 0) >= 1);
    writeFileSync(alive, "");
    await bench.eventually(async () => (await status())?.ready === true);
    // It ignores SIGTERM, so its grace ran out.
    expect(await status()).toMatchObject({ lastState: { terminated: { exitCode: 137, reason: "Error" } } });
    await available();
    const after = await bench.pods("lives");
    expect(after.map(({ metadata }) => metadata.uid)).toEqual([first!.metadata.uid]);
  });

  test("a pod is over, or goes on, as its restartPolicy says", { timeout: 120_000 }, async (context) => {
    const bench = await openBench(context);
    const once = join(bench.folder, "once");
    const failsOnce = `test -e ${once} || { touch ${once}; exit 3; }; exit 0`;
    const pods = [
      { name: "never-fails", restartPolicy: "Never", script: "exit 0", phase: "Succeeded", restarts: 0, code: 0 },
      { name: "never-again", restartPolicy: "Never", script: "exit 3", phase: "Failed", restarts: 0, code: 3 },
      { name: "is-done", restartPolicy: "OnFailure", script: "exit 0", phase: "Succeeded", restarts: 0, code: 0 },
      { name: "fails-once", restartPolicy: "OnFailure", script: failsOnce, phase: "Succeeded", restarts: 1, code: 0 },
    ] as const;
    for (const { name, restartPolicy, script } of pods) await bench.create(name, script, restartPolicy);
    for (const { name, phase, restarts, code } of pods) {
      await bench.eventually(async () =>
        ["Succeeded", "Failed"].includes((await bench.pods(name))[0]?.status?.phase ?? ""),
      );
      const [pod] = await bench.pods(name);
      expect(pod!.status).toMatchObject({
        phase,
        containerStatuses: [{ ready: false, restartCount: restarts, state: { terminated: { exitCode: code } } }],
      });
    }
    // One that is to go on does, beside those that are over.
    await bench.create("goes-on", "exit 0", "Always");
    await bench.eventually(
      async () => ((await bench.pods("goes-on"))[0]?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 1,
    );
    expect(bench.refusals).toEqual([]);
  });
});

/** A control plane with nodes, and a kubelet for the pods of one namespace; all end with the test, one that hangs too. */
async function openBench({ signal, onTestFinished }: Pick<TestContext, "signal" | "onTestFinished">) {
  const stack = new AsyncDisposableStack();
  onTestFinished(() => stack.disposeAsync());
  const folder = stack.use(temporary()).path;
  const over = new AbortController();
  const home = { run: `pods-${process.pid}`, folder, memory: folder, ledger: join(folder, "ledger") };
  const { client } = stack.use(await startControlPlane(home, "control-plane", signal));
  stack.defer(() => over.abort());
  await openNodes(client, over.signal);
  const namespace = "trial";
  await client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await openAccount(client, namespace, ["Lease"]);
  const clock = stack.use(openLoopClock());
  const runtime = stack.use(await openProcesses(home));
  const refusals: unknown[] = [];
  const refused = (error: unknown): void => void refusals.push(error);
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", INTERREGNUM_RUN: home.run };
  const host: PodHost = {
    prepare: async () => (container) => ({ argv: container.command ?? [], env, directory: folder }),
    started: () => {},
    lines: () => {},
    silent: () => {},
    exited: () => {},
    ready: () => {},
    terminating: () => {},
    failed: (_pod, error) => refused(error),
    released: async () => {},
  };
  const source = apiPods(client, namespace, refused);
  const wall = (): Date => new Date();
  stack.use(openKubelet({ source, host, runtime, turn: openTurnstile(), clock, wall, refused }));
  const podOf = (container: object) => ({
    serviceAccountName: ACCOUNT,
    automountServiceAccountToken: false,
    containers: [{ name: "main", image: "interregnum.invalid/process", ...container }],
  });
  return {
    folder,
    async eventually(holds: () => Promise<boolean>): Promise<void> {
      while (!(await holds())) await sleep(50, undefined, { signal });
    },
    /** What the API, or this machine, refused of what the kubelet asked for. */
    refusals,
    async create(name: string, script: string, restartPolicy: string): Promise<void> {
      const spec = { ...podOf({ command: ["sh", "-c", script] }), restartPolicy };
      const metadata = { name, labels: { app: name } };
      await client.create("pods", namespace, { apiVersion: "v1", kind: "Pod", metadata, spec });
    },
    /** A Deployment of one such container. */
    async deploy(name: string, container: object): Promise<void> {
      const labels = { app: name };
      const template = { metadata: { labels }, spec: podOf(container) };
      const spec = { replicas: 1, selector: { matchLabels: labels }, template };
      await client.create("deployments", namespace, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name },
        spec,
      });
    },
    deployment: async (name: string): Promise<Deployment> =>
      (await client.get({ resource: "deployments", namespace, name })) as Deployment,
    /** Those of that label; of every pod that was made, for none is removed. */
    async pods(app: string): Promise<readonly Pod[]> {
      const { items } = await client.list({ resource: "pods", namespace });
      return (items as readonly Pod[]).filter(({ metadata }) => metadata.labels?.["app"] === app);
    },
  };
}
