import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openClient, type ApiClient } from "../../../../harness/clusters/apiserver/client.ts";
import { follow, type Followed } from "../../../../harness/clusters/apiserver/follow.ts";
import { apiPods } from "../../../../harness/clusters/apiserver/pods.ts";
import { openRecordChannel } from "../../../../harness/clusters/apiserver/record-channel.ts";
import type { HistoryEvent, Recorder } from "../../../../harness/core/events.ts";
import { millis } from "../../../../harness/core/time.ts";
import { serveApi, type ApiServer } from "../../../../harness/kubernetes/server.ts";
import type { Pod } from "../../../../harness/kubernetes/rollout/types.ts";
import { Store } from "../../../../harness/kubernetes/store.ts";

const lock = { kind: "Lease", namespace: "default", name: "lock" } as const;
const leases = { resource: "leases", namespace: "default" };

/** The client of a real API, before the embedded one; `again` takes the server away while `meanwhile` happens. */
async function rig(logLimit = 10_000) {
  const store = new Store({ now: () => new Date(), uid: randomUUID, logLimit });
  let server: ApiServer = await serveApi(store, {});
  const client: ApiClient = openClient(server.url, { ca: "", cert: "", key: "" });
  const over = new AbortController();
  const events: HistoryEvent[] = [];
  let now = 0;
  const recorder: Recorder = {
    now: () => millis((now += 1)),
    since: () => millis(now),
    record: (event) => void events.push(event),
  };
  return {
    store,
    client,
    events,
    recorder,
    signal: over.signal,
    async again(meanwhile: () => void) {
      const { port } = server;
      await server[Symbol.asyncDispose]();
      meanwhile();
      server = await serveApi(store, { port });
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const lease = (name: string, holder: string) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name },
  spec: { holderIdentity: holder, leaseDurationSeconds: 4 },
});
const hold = (store: Store, name: string, holder: string): void =>
  void store.patch({ ...leases, name }, "merge", { spec: { holderIdentity: holder } });

const told = ({ type, object }: Followed): string =>
  `${type} ${object.metadata.name} ${(object["spec"] as { readonly holderIdentity?: string }).holderIdentity}`;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

test("a follower is told what is there, then every change, though the watch breaks between", async () => {
  await using api = await rig();
  api.store.create("leases", "default", lease("a", "x"));
  const seen: string[] = [];
  let gaps = 0;
  const follower = { change: (change: Followed) => void seen.push(told(change)), gap: () => (gaps += 1) > 0 };
  await follow(api.client, leases, follower, api.signal);
  expect(seen).toEqual(["ADDED a x"]);
  hold(api.store, "a", "y");
  await until(() => seen.length === 2);
  await api.again(() => {
    hold(api.store, "a", "z");
    api.store.create("leases", "default", lease("b", "x"));
    api.store.remove({ ...leases, name: "a" });
  });
  await until(() => seen.length === 5);
  expect(seen.slice(1)).toEqual(["MODIFIED a y", "MODIFIED a z", "ADDED b x", "DELETED a z"]);
  expect(gaps).toBe(0);
});

test("a follower that missed changes is told of the gap, and of what it came to", async () => {
  await using api = await rig(2);
  for (const name of ["a", "b"]) api.store.create("leases", "default", lease(name, "x"));
  const seen: string[] = [];
  const calls: string[] = [];
  const follower = {
    change: (change: Followed) => void seen.push(told(change)),
    gap: () => calls.push("gap") > 0,
  };
  await follow(api.client, leases, follower, api.signal);
  await api.again(() => {
    for (const holder of ["1", "2", "3", "4"]) hold(api.store, "a", holder);
    api.store.remove({ ...leases, name: "b" });
  });
  await until(() => seen.length === 4);
  expect(calls).toEqual(["gap"]);
  expect(seen.slice(2)).toEqual(["DELETED b x", "MODIFIED a 4"]);
});

test("the harness's own edits and deletions are told with their fault, others without", async () => {
  await using api = await rig();
  api.store.create("leases", "default", lease("lock", "a"));
  const channel = openRecordChannel(api.client, lock, api.recorder);
  const lost: unknown[] = [];
  await channel.watch(channel.recorder, (error) => void lost.push(error), api.signal);
  expect(await channel.edit({ holder: "stranger" }, "edit-1")).toMatchObject({ holder: "stranger" });
  hold(api.store, "lock", "b");
  await until(() => api.events.length === 3);
  expect(await channel.remove("delete-1")).toBe(true);
  await until(() => api.events.length === 4);
  expect(await channel.remove("delete-2")).toBe(false);
  const records = api.events.map((event) =>
    event.type === "record" ? [event.record?.holder ?? null, event.fault] : event.type,
  );
  expect(records).toEqual([
    ["a", undefined],
    ["stranger", "edit-1"],
    ["b", undefined],
    [null, "delete-1"],
  ]);
  for (const event of api.events) if (event.type === "record") expect(event.since).toBeLessThanOrEqual(event.at);
  expect(lost).toEqual([]);
});

test("an election object that is not there cannot be edited", async () => {
  await using api = await rig();
  const channel = openRecordChannel(api.client, lock, api.recorder);
  await expect(channel.edit({ holder: "x" }, "edit-1")).rejects.toThrow(/no election record/);
});

test("of many statuses at once the last one stays, and a pod that is gone needs none", async () => {
  await using api = await rig();
  const pod = api.store.create("pods", "default", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "demo" },
    spec: { nodeName: "here", containers: [{ name: "main", image: "none" }] },
  }) as Pod;
  const source = apiPods(api.client, "default", () => {});
  const phases = Array.from({ length: 9 }, (_, index) => `phase-${index}`);
  const ip = (phase: string) => ({ phase: "Running", message: phase });
  await Promise.all(phases.map((phase) => source.writeStatus(pod, ip(phase))));
  const stored = api.store.get({ resource: "pods", namespace: "default", name: "demo" }) as Pod;
  expect(stored.status?.["message"]).toBe("phase-8");
  await source.remove(pod);
  expect(api.store.get({ resource: "pods", namespace: "default", name: "demo" })).toBeUndefined();
  await expect(source.writeStatus(pod, ip("late"))).resolves.toBeUndefined();
  await expect(source.remove(pod)).resolves.toBeUndefined();
});
