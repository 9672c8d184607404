import { expect, test } from "vitest";
import { lease, LEASES, rig, watch } from "./rig.ts";

const merge = { "content-type": "application/merge-patch+json" };
const MODES = ["application/json", "application/vnd.kubernetes.protobuf;stream=watch"];

test.each(MODES)("objects enter and leave a selector (%s)", async (accept) => {
  await using it = await rig();
  const made = await it.call("POST", LEASES, lease("a", {}, { labels: { x: "1" } }));
  const from = made.body.metadata.resourceVersion;
  await using seen = await watch(`${it.api.url}${LEASES}?watch=1&labelSelector=x%3D1&resourceVersion=${from}`, accept);
  await it.call("PATCH", `${LEASES}/a`, { spec: { holderIdentity: "h" } }, merge);
  await it.call("PATCH", `${LEASES}/a`, { metadata: { labels: { x: "2" } } }, merge);
  await it.call("PATCH", `${LEASES}/a`, { metadata: { labels: { y: "3" } } }, merge);
  await it.call("PATCH", `${LEASES}/a`, { metadata: { labels: { x: "1" } } }, merge);
  await it.call("DELETE", `${LEASES}/a`);
  expect(await seen.next(4)).toEqual(["MODIFIED a", "DELETED a", "ADDED a", "DELETED a"]);
});

test.each(["", "&resourceVersion=0"])("without a version (%s) it begins with what is there", async (version) => {
  await using it = await rig();
  for (const name of ["b", "a"]) await it.call("POST", LEASES, lease(name));
  await using seen = await watch(`${it.api.url}${LEASES}?watch=true${version}`);
  expect(await seen.next(2)).toEqual(["ADDED a", "ADDED b"]);
  await it.call("DELETE", `${LEASES}/a`);
  expect(await seen.next(1)).toEqual(["DELETED a"]);
});

test("from a version it replays what was missed, nothing more", async () => {
  await using it = await rig();
  const { body } = await it.call("POST", LEASES, lease("a"));
  await it.call("POST", LEASES, lease("b"));
  await it.call("POST", "/api/v1/namespaces/default/configmaps", { metadata: { name: "c" } });
  await using seen = await watch(`${it.api.url}${LEASES}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
  await it.call("POST", LEASES, lease("d"));
  expect(await seen.next(2)).toEqual(["ADDED b", "ADDED d"]);
});

test.each(MODES)("a streaming list ends with its bookmark (%s)", async (accept) => {
  await using it = await rig();
  await it.call("POST", LEASES, lease("a"));
  const query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
  await using seen = await watch(`${it.api.url}${LEASES}?${query}`, accept);
  expect(await seen.next(1)).toEqual(["ADDED a"]);
  const mark = await seen.frame();
  expect(mark).toMatchObject({
    type: "BOOKMARK",
    object: {
      kind: "Lease",
      metadata: {
        resourceVersion: String(it.store.version),
        annotations: { "k8s.io/initial-events-end": "true" },
      },
    },
  });
});

test.each([
  ["/api/v1/pods", { spec: { containers: null }, status: {} }],
  [
    "/apis/apps/v1/replicasets",
    { spec: { replicas: 0, selector: null, template: { metadata: {}, spec: { containers: null } } } },
  ],
])("a bookmark of %s is an empty one, as Go writes it", async (path, empty) => {
  await using it = await rig();
  const query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
  await using seen = await watch(`${it.api.url}${path}?${query}`);
  const { object } = (await seen.frame())!;
  expect(object).toMatchObject(empty);
  expect(Object.keys(object!["metadata"] as object)).toEqual(["resourceVersion", "annotations"]);
});

test("of a bookmark, too, only the metadata is shown to who asks for that", async () => {
  await using it = await rig();
  const query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
  const accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
  await using seen = await watch(`${it.api.url}${LEASES}?${query}`, accept);
  const { type, object } = (await seen.frame())!;
  expect([type, object?.kind, object?.apiVersion, Object.keys(object ?? {})]).toEqual([
    "BOOKMARK",
    "PartialObjectMetadata",
    "meta.k8s.io/v1",
    ["kind", "apiVersion", "metadata"],
  ]);
});

test("a version that is forgotten is an ERROR event with status 410", async () => {
  await using it = await rig();
  const { body } = await it.call("POST", LEASES, lease("a"));
  await it.call("POST", LEASES, lease("b"));
  it.store.compact();
  await using seen = await watch(`${it.api.url}${LEASES}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
  expect(await seen.frame()).toMatchObject({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  expect(await seen.frame()).toBeUndefined();
});

test("bookmarks come to those who allow them, and the time ends a watch", async () => {
  await using it = await rig(20);
  const path = `${it.api.url}${LEASES}?watch=1&resourceVersion=${it.store.version}`;
  await using seen = await watch(`${path}&allowWatchBookmarks=true`);
  expect(await seen.next(2)).toEqual(["BOOKMARK", "BOOKMARK"]);
  await using short = await watch(`${path}&timeoutSeconds=1`);
  expect(await short.frame()).toBeUndefined();
});

test("sendInitialEvents demands its resourceVersionMatch", async () => {
  await using it = await rig();
  const answer = await it.call("GET", `${LEASES}?watch=1&sendInitialEvents=true`);
  expect([answer.status, answer.body.reason]).toEqual([422, "Invalid"]);
});

test("a field selector picks one object", async () => {
  await using it = await rig();
  await using seen = await watch(`${it.api.url}${LEASES}?watch=1&fieldSelector=metadata.name%3Db`);
  for (const name of ["a", "b", "c"]) await it.call("POST", LEASES, lease(name));
  await it.call("DELETE", `${LEASES}/b`);
  expect(await seen.next(2)).toEqual(["ADDED b", "DELETED b"]);
});
