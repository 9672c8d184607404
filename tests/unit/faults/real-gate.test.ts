import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { askApi } from "../../../harness/clusters/ask.ts";
import type { Cluster, Replica } from "../../../harness/core/cluster.ts";
import { millis } from "../../../harness/core/time.ts";
import { loseReply, partition } from "../../../harness/faults/index.ts";
import { issueCertificate } from "../../../harness/gate/certificate.ts";
import { openGate } from "../../../harness/gate/gate.ts";
import { eventually, ofType, realRecorder } from "../runner/recorder-support.ts";

const lock = { resource: "leases", namespace: "trial-0", name: "demo" };
const path = "/apis/coordination.k8s.io/v1/namespaces/trial-0/leases/demo";
const replica: Replica = {
  replica: "demo-1",
  incarnation: 1,
  revision: "r1",
  phase: "running",
  startedAt: millis(0),
};
const never = new AbortController().signal;

/** One replica behind a real gate, before a real server; what no fault here needs is not there. */
async function behindGate() {
  const stack = new AsyncDisposableStack();
  const recorder = stack.use(realRecorder());
  const upstream = createServer((request, response) => {
    request.resume().on("end", () => response.end("{}"));
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  stack.defer(() => {
    upstream.close();
    upstream.closeAllConnections();
  });
  const { port } = upstream.address() as AddressInfo;
  const who = () => ({ replica: "demo-1", incarnation: 1 });
  const certificate = await issueCertificate();
  const gate = stack.use(await openGate({ upstream: `http://127.0.0.1:${port}`, who, recorder, lock, certificate }));
  const cluster = {
    replicas: () => [replica],
    leader: () => replica,
    disturb: (_replica, disturbance, fault) => gate.disturb(disturbance, fault),
    ask: (_replica, timeout, signal) => askApi(gate.url + path, timeout, signal),
  } satisfies Partial<Cluster>;
  return {
    cluster: cluster as Partial<Cluster> as Cluster,
    recorder,
    url: gate.url + path,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test.each(["blackhole", "refuse"] as const)("a partition by %s lands at a real gate, and is healed", async (how) => {
  await using stage = await behindGate();
  const { proof, heal } = await partition({ target: "leader", how }).inject(stage.cluster, "partition-1", never);
  expect(await proof(never)).toContain("demo-1");
  await heal(never);
  expect(await stage.cluster.ask(replica, millis(5000), never)).toEqual({ status: 200 });
});

test("a lost reply is proven by the write that a real gate committed and never answered", async () => {
  await using stage = await behindGate();
  const { proof, heal } = await loseReply({ target: "leader" }).inject(stage.cluster, "lose-reply-1", never);
  const write = { method: "PUT", body: '{"kind":"Lease"}', headers: { "content-type": "application/json" } };
  await expect(fetch(stage.url, write)).rejects.toThrow("fetch failed");
  expect(await proof(never)).toContain("1 of the calls of demo-1");
  const lost = await eventually(stage.recorder, ofType("info"));
  expect(lost).toMatchObject({ fault: "lose-reply-1", status: 0, committed: expect.anything() });
  await heal(never);
  expect((await fetch(stage.url, write)).status).toBe(200);
});
