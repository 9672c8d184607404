import { connect } from "node:net";
import { expect, test } from "vitest";
import { decodeBody, encodeBody, PROTOBUF_TYPE } from "../../../harness/wire/body.ts";
import { lease, LEASES, rig } from "./rig.ts";

test("a body without a Content-Type is JSON, as the official Python client takes for granted", async () => {
  await using it = await rig();
  const made = await it.call("POST", LEASES, lease("a", { holderIdentity: "x" }), { "content-type": "" });
  expect([made.status, made.body.spec.holderIdentity]).toEqual([201, "x"]);
  const put = await it.call("PUT", `${LEASES}/a`, made.body, { "content-type": "" });
  expect(put.status).toBe(200);
});

test("protobuf in, protobuf out, JSON where the client takes nothing else", async () => {
  await using it = await rig();
  const accept = `${PROTOBUF_TYPE},application/json`;
  const body = encodeBody(PROTOBUF_TYPE, lease("a", { holderIdentity: "", renewTime: "2026-01-01T00:00:00.000001Z" }))!;
  const made = await it.call("POST", LEASES, body, { "content-type": PROTOBUF_TYPE, accept });
  expect([made.status, made.type]).toEqual([201, PROTOBUF_TYPE]);
  const read = await it.call("GET", `${LEASES}/a`);
  expect(decodeBody(made.type, made.bytes)).toEqual(read.body);
  expect(read.body.spec).toEqual({ holderIdentity: "", renewTime: "2026-01-01T00:00:00.000001Z" });
  const absent = await it.call("GET", `${LEASES}/b`, undefined, { accept });
  expect(decodeBody(absent.type, absent.bytes)).toMatchObject({ kind: "Status", code: 404, reason: "NotFound" });
  expect((await it.call("GET", "/api/v1/namespaces", undefined, { accept })).type).toBe("application/json");
  expect((await it.call("GET", "/api/v1/namespaces", undefined, { accept: PROTOBUF_TYPE })).status).toBe(406);
});

test.each([
  ["POST", LEASES, '{"a":', "application/json", 400, "unexpected end of JSON input"],
  ["POST", LEASES, "nonsense", "application/json", 400, "invalid character 'o' in literal null (expecting 'u')"],
  ["POST", LEASES, "[]", "application/json", 400, "cannot unmarshal array"],
  ["POST", LEASES, "k8s", PROTOBUF_TYPE, 400, "expected prefix [107 56 115 0]"],
  ["POST", LEASES, "x", "text/plain", 415, "unknown format"],
  ["PATCH", `${LEASES}/a`, "{", "application/merge-patch+json", 404, "not found"],
  ["PATCH", `${LEASES}/a`, "{}", "application/json", 415, "415: Unsupported Media Type"],
  ["PUT", LEASES, "{}", "application/json", 405, "does not allow this method"],
  ["POST", `${LEASES}/a`, "{}", "application/json", 405, "does not allow this method"],
  ["GET", `${LEASES}/a/status`, undefined, "", 404, "could not find the requested resource"],
  ["GET", `${LEASES}?labelSelector=a===b`, undefined, "", 400, "unable to parse requirement"],
  ["GET", `${LEASES}?fieldSelector=spec.x%3Dy`, undefined, "", 400, "is not a known field selector"],
  ["GET", `${LEASES}?resourceVersion=99999999`, undefined, "", 504, "Too large resource version"],
  ["GET", `${LEASES}?limit=1&continue=xyz`, undefined, "", 400, "invalid continue token"],
])("%s %s %s as %s is refused", async (method, path, body, type, status, message) => {
  await using it = await rig();
  const answer = await it.call(method, path, body, { "content-type": type });
  expect([answer.status, answer.body.kind, answer.body.code]).toEqual([status, "Status", status]);
  expect(answer.body.message).toContain(message);
});

test("a PUT of an absent Lease makes it, of an absent ConfigMap does not", async () => {
  await using it = await rig();
  expect((await it.call("PUT", `${LEASES}/a`, lease("a"))).status).toBe(201);
  expect((await it.call("PUT", `${LEASES}/a`, lease("b"))).body.message).toBe(
    "the name of the object (b) does not match the name on the URL (a)",
  );
  const map = { metadata: { name: "c" } };
  expect((await it.call("PUT", "/api/v1/namespaces/default/configmaps/c", map)).status).toBe(404);
});

test("unknown fields are dropped with a warning, or refused when the client is strict", async () => {
  await using it = await rig();
  const made = await it.call("POST", LEASES, lease("a", { nope: 1 }));
  expect([made.body.spec, made.headers.get("warning")]).toEqual([{}, '299 - "unknown field \\"spec.nope\\""']);
  const strict = await it.call("POST", `${LEASES}?fieldValidation=Strict`, lease("b", { nope: 1 }));
  expect([strict.status, (await it.call("GET", `${LEASES}/b`)).status]).toEqual([400, 404]);
});

test("a list in pages is the list as it was when it began", async () => {
  await using it = await rig();
  for (const name of ["a", "b", "c"]) await it.call("POST", LEASES, lease(name));
  const first = await it.call("GET", `${LEASES}?limit=2`);
  expect([first.body.items.length, first.body.metadata.remainingItemCount]).toEqual([2, 1]);
  await it.call("POST", LEASES, lease("bb"));
  await it.call("DELETE", `${LEASES}/c`);
  const token = first.body.metadata.continue;
  const second = await it.call("GET", `${LEASES}?limit=2&continue=${token}`);
  expect(second.body.items.map((each) => each.metadata.name)).toEqual(["c"]);
  expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
  it.store.compact();
  expect((await it.call("GET", `${LEASES}?limit=2&continue=${token}`)).status).toBe(410);
});

test("deletes: a Status for a Lease, the object for a pod, the items of a collection", async () => {
  await using it = await rig();
  const pods = "/api/v1/namespaces/default/pods";
  const pod = { metadata: { name: "p" }, spec: { nodeName: "n", containers: [{ name: "c", image: "i" }] } };
  await it.call("POST", LEASES, lease("a"));
  await it.call("POST", pods, pod);
  expect((await it.call("DELETE", `${LEASES}/a`)).body).toMatchObject({
    status: "Success",
    details: { kind: "leases" },
  });
  expect((await it.call("POST", `${pods}/p/eviction`, { metadata: { name: "p" } })).status).toBe(201);
  const evicted = await it.call("GET", `${pods}/p`);
  expect(evicted.body.metadata.deletionGracePeriodSeconds).toBe(30);
  expect(evicted.body.status.conditions[0]?.type).toBe("DisruptionTarget");
  const gone = await it.call("DELETE", `${pods}/p`, { gracePeriodSeconds: 0 });
  expect([gone.body.kind, (await it.call("GET", `${pods}/p`)).status]).toEqual(["Pod", 404]);
  for (const name of ["x", "y"]) await it.call("POST", LEASES, lease(name, {}, { labels: { of: name } }));
  expect((await it.call("DELETE", `${LEASES}?labelSelector=of%3Dx`)).body.items).toHaveLength(1);
  expect((await it.call("GET", LEASES)).body.items.map((each) => each.metadata.name)).toEqual(["y"]);
});

test("one event, two groups", async () => {
  await using it = await rig();
  const body = {
    metadata: { name: "e", namespace: "default" },
    regarding: { kind: "Lease", namespace: "default", name: "a" },
    note: "became leader",
    eventTime: "2026-01-01T00:00:00.000001Z",
  };
  const served = "/apis/events.k8s.io/v1/namespaces/default/events";
  expect((await it.call("POST", served, body)).body).toMatchObject(body);
  const core = await it.call("GET", "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Da");
  expect(core.body.items[0]).toMatchObject({ message: "became leader", involvedObject: { name: "a" } });
});

test("discovery is ordered as the real one, and says what can be done", async () => {
  await using it = await rig();
  type Listed = { readonly name: string; readonly verbs: readonly string[] };
  const { body } = await it.call("GET", "/api/v1");
  const names = (body.resources as readonly Listed[]).map(({ name }) => name);
  expect(names.slice(0, 5)).toEqual(["configmaps", "endpoints", "events", "namespaces", "namespaces/status"]);
  expect(body).not.toHaveProperty("apiVersion");
  const { verbs } = (body.resources as readonly Listed[]).find(({ name }) => name === "namespaces")!;
  expect([verbs.includes("deletecollection"), (await it.call("DELETE", "/api/v1/namespaces")).status]).toEqual([
    false,
    405,
  ]);
  const aggregated = { accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" };
  const groups = await it.call("GET", "/apis", undefined, aggregated);
  expect(groups.body.items.map(({ metadata }) => metadata["name"])).toEqual([
    "apps",
    "events.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
  ]);
  expect(JSON.stringify(groups.body)).toContain('"responseKind":{"group":"","version":"","kind":"Lease"}');
  expect((await it.call("GET", "/apis/", undefined, aggregated)).body.kind).toBe("APIGroupList");
});

test("a version that is not there is refused as an object is, a group as a page", async () => {
  await using it = await rig();
  const told = async (path: string) => {
    const { status, body } = await it.call("GET", path);
    return [status, body.reason];
  };
  for (const path of ["/api/v2", "/apis/apps/v2"]) expect(await told(path)).toEqual([404, "NotFound"]);
  for (const path of ["/apis/nope", "/apis/nope/v1", "/nope"]) expect(await told(path)).toEqual([404, undefined]);
});

test("discovery names what is served, in both forms, and health is plain", async () => {
  await using it = await rig();
  const listed = await it.call("GET", "/apis/coordination.k8s.io/v1");
  expect(listed.body.resources[0]).toMatchObject({ name: "leases", kind: "Lease", namespaced: true });
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
  const all = await it.call("GET", "/apis", undefined, { accept });
  expect(all.type).toContain("as=APIGroupDiscoveryList");
  expect(all.body.items.map((each) => each.metadata.name)).toContain("apps");
  for (const path of ["/healthz", "/livez", "/readyz"])
    expect((await it.call("GET", path)).bytes.toString()).toBe("ok");
  expect((await it.call("GET", "/apis/nope.io/v1")).status).toBe(404);
});

test("the scale subresource is the workload's replicas", async () => {
  await using it = await rig();
  const path = "/apis/apps/v1/namespaces/default/deployments";
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } };
  await it.call("POST", path, { metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template } });
  expect((await it.call("GET", `${path}/d/scale`)).body).toMatchObject({ kind: "Scale", spec: { replicas: 1 } });
  const merge = { "content-type": "application/merge-patch+json" };
  await it.call("PATCH", `${path}/d/scale`, { spec: { replicas: 3 } }, merge);
  expect((await it.call("GET", `${path}/d`)).body.spec.replicas).toBe(3);
  expect((await it.call("PATCH", `${path}/d/scale`, { spec: { replicas: -1 } }, merge)).status).toBe(422);
});

test("one connection serves many requests, and disposing cuts it", async () => {
  const it = await rig();
  const socket = connect(it.api.port, "127.0.0.1");
  let seen = "";
  socket.on("data", (chunk) => void (seen += chunk.toString()));
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const answered = new Promise<void>((resolve) =>
    socket.on("data", () => {
      if (seen.split("HTTP/1.1 200").length === 3) resolve();
    }),
  );
  socket.write("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\nGET /version HTTP/1.1\r\nhost: a\r\n\r\n");
  await answered;
  await it[Symbol.asyncDispose]();
  await ended;
});

test("a delete's body silences its query, dryRun too, as the real API has it", async () => {
  await using it = await rig();
  const made = await it.call("POST", LEASES, lease("a"));
  expect((await it.call("DELETE", `${LEASES}/a?dryRun=All`)).status).toBe(200);
  expect((await it.call("GET", `${LEASES}/a`)).status).toBe(200);
  await it.call("DELETE", `${LEASES}/a?dryRun=All`, { preconditions: { uid: made.body.metadata["uid"] } });
  expect((await it.call("GET", `${LEASES}/a`)).status).toBe(404);
});

const CONFIGMAPS = "/api/v1/namespaces/default/configmaps";
const ENDPOINTS = "/api/v1/namespaces/default/endpoints";
const EVENTS = "/api/v1/namespaces/default/events";

/** What the differential test (docs/differential.md) told apart, held here where no real API is. */
test.each([
  ["DELETE", `${LEASES}/a`, "{}", "text/plain", "application/json", 415, "unknown format"],
  [
    "DELETE",
    `${LEASES}/a`,
    '{"kind":"Odd","apiVersion":"v1"}',
    "application/json",
    "application/json",
    500,
    'no kind "Odd"',
  ],
  ["DELETE", `${LEASES}/none`, undefined, "", "text/html", 406, "406: Not Acceptable"],
  ["GET", `${LEASES}/a`, undefined, "", "application/*", 406, "406: Not Acceptable"],
  ["PATCH", `${LEASES}/a`, "{", "application/merge-patch+json", "", 400, "error decoding patch"],
  ["PATCH", `${LEASES}/a`, "[1]", "application/json-patch+json", "", 400, "of type handlers.jsonPatchOp"],
  [
    "PATCH",
    `${LEASES}/a`,
    '{"kind":"Secret","apiVersion":"v1"}',
    "application/merge-patch+json",
    "",
    422,
    "converting (v1.Secret) to (coordination.Lease): unknown conversion",
  ],
  [
    "PATCH",
    `${CONFIGMAPS}/a?fieldManager=m`,
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"binaryData":{"b":"not base64!"}}',
    "application/apply-patch+yaml",
    "",
    500,
    "to /v1, Kind=ConfigMap: error decoding from json: illegal base64 data at input byte 3",
  ],
  [
    "PATCH",
    `${CONFIGMAPS}/a`,
    '{"binaryData":{"b":"not base64!"}}',
    "application/strategic-merge-patch+json",
    "",
    422,
    '"map[binaryData:map[b:not base64!]]": error decoding from json: illegal base64 data at input byte 3',
  ],
  [
    "PATCH",
    `${CONFIGMAPS}/a`,
    '{"metadata":{"labels":"text"},"binaryData":{"b":"not base64!"}}',
    "application/merge-patch+json",
    "",
    422,
    ": illegal base64 data at input byte 3", // of what is merged, the members are read in the order of their names
  ],
  ["PATCH", `${LEASES}/a?fieldValidation=Ignore`, '"x"', "application/merge-patch+json", "", 400, "Invalid JSON Patch"],
  [
    "PATCH",
    `${LEASES}/a?fieldValidation=Ignore`,
    '[null,{"a":null}]',
    "application/merge-patch+json",
    "",
    422,
    `"[null,{}]": couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct`,
  ],
  [
    "PATCH",
    `${LEASES}/a?fieldValidation=Ignore`,
    "[1]",
    "application/json-patch+json",
    "",
    400,
    "json: cannot unmarshal number into Go value of type jsonpatch.Operation",
  ],
  [
    "PATCH",
    `${LEASES}/a`,
    '[{"op":1}]',
    "application/json-patch+json",
    "",
    400,
    "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string",
  ],
  ["PATCH", `${LEASES}/a`, '{"apiVersion":null}', "application/merge-patch+json", "", 400, "name must be provided"],
  [
    "POST",
    EVENTS,
    '{"metadata":{"name":"a","labels":{"bad key":"x"}},"involvedObject":{"namespace":"elsewhere"}}',
    "application/json",
    "",
    422,
    'Event "a" is invalid: involvedObject.namespace: Invalid value: "elsewhere": does not match event.namespace',
  ],
  ["PATCH", `${LEASES}/a`, "{}", "text/plain", "text/html", 415, "415: Unsupported Media Type"],
  ["GET", `${LEASES}?labelSelector=${encodeURIComponent("a in x")}`, undefined, "", "", 400, "found 'x' expected: '('"],
  [
    "POST",
    ENDPOINTS,
    '{"metadata":{"name":"a"},"subsets":[{}]}',
    "application/json",
    "",
    422,
    "must specify `addresses`",
  ],
])("%s %s %s as %s for %s is refused as by the real API", async (method, path, body, type, accept, status, message) => {
  await using it = await rig();
  await it.call("POST", LEASES, lease("a"));
  await it.call("POST", CONFIGMAPS, { metadata: { name: "a" } });
  const answer = await it.call(method, path, body, { "content-type": type, accept });
  expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)]);
});

test.each([
  ["application/json-patch+json", "null"],
  ["application/strategic-merge-patch+json", "null"],
  ["application/merge-patch+json", '{"kind":null}'],
  ["application/json-patch+json", '[{"op":"test","path":"/spec/holderIdentity","value":null}]'],
  ["application/strategic-merge-patch+json", '{"kind":"Secret","apiVersion":"v1"}'],
])("a patch that changes nothing leaves the version: %s %s", async (type, body) => {
  await using it = await rig();
  const made = await it.call("POST", LEASES, lease("a"));
  const patched = await it.call("PATCH", `${LEASES}/a`, body, { "content-type": type });
  expect([patched.status, patched.body.metadata["resourceVersion"]]).toEqual([
    200,
    made.body.metadata["resourceVersion"],
  ]);
});

test("YAML is 1.1, Endpoints are deprecated, an event may be called anything", async () => {
  await using it = await rig();
  const yaml = { "content-type": "application/yaml" };
  const bool = await it.call("POST", CONFIGMAPS, "metadata: {name: a}\ndata: {k: y}", yaml);
  expect(bool.body.message).toContain("cannot unmarshal bool");
  const made = await it.call("POST", ENDPOINTS, { metadata: { name: "a" } });
  expect(made.headers.get("warning")).toContain("v1 Endpoints is deprecated");
  const event = { metadata: { name: "-X" }, involvedObject: { namespace: "default" } };
  expect((await it.call("POST", EVENTS, event)).status).toBe(201);
});

test("a deletecollection tells the version of the list that it deleted", async () => {
  await using it = await rig();
  const made = await it.call("POST", LEASES, lease("a"));
  const gone = await it.call("DELETE", LEASES);
  expect(gone.body.metadata["resourceVersion"]).toBe(made.body.metadata["resourceVersion"]);
});

test("a patch makes no Secret of an event of either group", async () => {
  await using it = await rig();
  const event = { metadata: { name: "e" }, involvedObject: { namespace: "default" } };
  expect((await it.call("POST", EVENTS, event)).status).toBe(201);
  const type = { "content-type": "application/merge-patch+json" };
  for (const events of [EVENTS, "/apis/events.k8s.io/v1/namespaces/default/events"]) {
    const patched = await it.call("PATCH", `${events}/e`, { kind: "Secret", apiVersion: "v1" }, type);
    expect([patched.status, patched.body.message]).toEqual([
      422,
      expect.stringContaining("converting (v1.Secret) to (core.Event): unknown conversion"),
    ]);
  }
});
