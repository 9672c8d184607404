import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { recordWriter } from "../../../harness/clusters/record-writer.ts";
import { openTrialApi } from "../../../harness/clusters/trial-api.ts";
import { LEADER_ANNOTATION, lockRecordOf } from "../../../harness/core/lock.ts";
import { Store } from "../../../harness/kubernetes/store.ts";

const lease = { kind: "Lease", namespace: "arena", name: "lock" } as const;

function storeWith(resource: string, object: Record<string, unknown>): Store {
  const store = new Store({ now: () => new Date(0), uid: randomUUID });
  store.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: "arena" } });
  store.create(resource, "arena", object as never);
  return store;
}

const leased = (): Store =>
  storeWith("leases", {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "lock" },
    spec: { holderIdentity: "demo-1", leaseDurationSeconds: 4, leaseTransitions: 2 },
  });

test("an edited Lease shows the edit, keeps the rest, and is told with its author", () => {
  const store = leased();
  const writer = recordWriter(store, lease);
  const authors: (string | undefined)[] = [];
  store.subscribe(() => void authors.push(writer.author()));
  expect(writer.edit({ holder: "another", durationSeconds: 9 }, "f1")).toMatchObject({
    holder: "another",
    durationSeconds: 9,
    transitions: 2,
  });
  expect(writer.edit({ holder: null }, "f2")?.holder).toBeNull();
  expect(writer.edit({ holder: "" }, "f3")?.holder).toBe("");
  expect(authors).toEqual(["f1", "f2", "f3"]);
  expect(writer.author()).toBeUndefined();
});

test("an edited annotation keeps the fields it did not name", () => {
  const record = JSON.stringify({ holderIdentity: "demo-1", leaseDurationSeconds: 4, leaderTransitions: 2 });
  const store = storeWith("configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "lock", annotations: { [LEADER_ANNOTATION]: record } },
  });
  const writer = recordWriter(store, { ...lease, kind: "ConfigMap" });
  expect(writer.edit({ holder: null, transitions: 5 }, "f1")).toMatchObject({
    holder: null,
    durationSeconds: 4,
    transitions: 5,
  });
});

test("what is not there cannot be edited, and is deleted once", () => {
  const store = leased();
  const writer = recordWriter(store, lease);
  expect(writer.remove("f1")).toBe(true);
  expect(lockRecordOf(store.get({ resource: "leases", namespace: "arena", name: "lock" }))).toBeUndefined();
  expect(writer.remove("f2")).toBe(false);
  expect(() => writer.edit({ holder: "another" }, "f3")).toThrow("no election record");
});

test("a trial's API goes away with its watches, comes back at its address with what it kept, and no other notices", async () => {
  const store = leased();
  await using api = await openTrialApi(store);
  await using other = await openTrialApi(store);
  const path = "/apis/coordination.k8s.io/v1/namespaces/arena/leases";
  const watch = await fetch(`${api.url}${path}?watch=true`);
  const stopped = await api.stop();
  await expect(watch.text()).rejects.toThrow();
  await expect(fetch(api.url + path)).rejects.toThrow("fetch failed");
  expect((await fetch(other.url + path)).status).toBe(200);
  await stopped.start(new AbortController().signal);
  expect(await (await fetch(`${api.url}${path}/lock`)).json()).toMatchObject({ spec: { holderIdentity: "demo-1" } });
});
