import { describe, expect, test } from "vitest";
import { LEADER_ANNOTATION } from "../../../harness/core/lock.ts";
import { concernsLock, readAnswer, readWrite } from "../../../harness/gate/lock-object.ts";
import { encodeBody } from "../../../harness/wire/body.ts";
import { routeOf } from "../../../harness/gate/route.ts";

const lock = { resource: "leases", namespace: "arena", name: "lock" };
const map = { ...lock, resource: "configmaps" };
const leases = "/apis/coordination.k8s.io/v1/namespaces/arena/leases";
const maps = "/api/v1/namespaces/arena/configmaps";
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const nothing = { durationSeconds: null, acquireTime: null, renewTime: null, transitions: null };
const write = (method: string, path: string, type: string | undefined, body: unknown, of = lock) =>
  readWrite(routeOf(method, path), of, type, bytes(body));

describe("which calls concern the lock", () => {
  test.each([
    ["GET", `${leases}/lock`, true],
    ["GET", `${leases}?watch=true`, true],
    ["POST", leases, true],
    ["DELETE", leases, false],
    ["GET", `${leases}/other`, false],
    ["GET", leases.replace("arena", "elsewhere"), false],
    ["GET", `${maps}/lock`, false],
    ["PUT", `${leases}/lock/status`, false],
  ])("%s %s: %s", (method, path, concerned) => {
    expect(concernsLock(routeOf(method, path), lock)).toBe(concerned);
  });
});

describe("what a write says", () => {
  test("an update without kind or content type, as the Python client sends it", () => {
    const body = { metadata: { name: "lock", resourceVersion: "7" }, spec: { holderIdentity: "a" } };
    expect(write("PUT", `${leases}/lock`, undefined, body)).toEqual({
      object: "lock",
      version: "7",
      record: { holder: "a", ...nothing },
    });
  });

  test("an update in protobuf, as client-go sends it", () => {
    const type = "application/vnd.kubernetes.protobuf";
    const spec = { holderIdentity: "a", leaseDurationSeconds: 15, renewTime: "2026-11-22T18:00:00.123456Z" };
    const metadata = { name: "lock", namespace: "arena", resourceVersion: "7" };
    const body = encodeBody(type, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec });
    const { holder, durationSeconds, renewTime } = readWrite(
      routeOf("PUT", `${leases}/lock`),
      lock,
      type,
      body!,
    ).record!;
    expect([holder, durationSeconds, renewTime]).toEqual(["a", 15, "2026-11-22T18:00:00.123456Z"]);
    expect(readAnswer(routeOf("GET", `${leases}/lock`), lock, type, body!)).toMatchObject({
      version: "7",
      record: { holder: "a" },
    });
  });

  test("a record in an annotation", () => {
    const record = JSON.stringify({ holderIdentity: "b", leaderTransitions: 4 });
    const body = { kind: "ConfigMap", metadata: { name: "lock", annotations: { [LEADER_ANNOTATION]: record } } };
    expect(write("PUT", `${maps}/lock`, "application/json", body, map)).toEqual({
      object: "lock",
      record: { ...nothing, holder: "b", transitions: 4 },
    });
  });

  test("a create of another object carries no record of the lock", () => {
    const body = { kind: "Lease", metadata: { name: "other" }, spec: { holderIdentity: "a" } };
    expect(write("POST", leases, "application/json", body)).toEqual({ object: "other" });
  });

  test.each(["application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"])(
    "%s: what it sets, and its precondition",
    (type) => {
      const body = { metadata: { resourceVersion: "9" }, spec: { holderIdentity: "c", leaseTransitions: 2 } };
      expect(write("PATCH", `${leases}/lock`, type, body)).toEqual({
        version: "9",
        record: { ...nothing, holder: "c", transitions: 2 },
      });
    },
  );

  test("a patch that leaves the holder alone makes no claim about it", () => {
    const body = { spec: { renewTime: "2026-01-01T00:00:00.000000Z" } };
    expect(write("PATCH", `${leases}/lock`, "application/merge-patch+json", body)).toEqual({});
  });

  test("a patch that clears the holder is a release", () => {
    const body = { spec: { holderIdentity: null } };
    expect(write("PATCH", `${leases}/lock`, "application/merge-patch+json", body)).toEqual({
      record: { holder: null, ...nothing },
    });
  });

  test("a JSON patch: its values, and its test as the precondition", () => {
    const body = [
      { op: "test", path: "/metadata/resourceVersion", value: "11" },
      { op: "test", path: "/spec/holderIdentity", value: "a" },
      { op: "replace", path: "/spec/holderIdentity", value: "d" },
      { op: "remove", path: "/spec/renewTime" },
    ];
    expect(write("PATCH", `${leases}/lock`, "application/json-patch+json", body)).toEqual({
      version: "11",
      record: { ...nothing, holder: "d" },
    });
  });

  test("a JSON patch of an annotation, its slash escaped", () => {
    const path = `/metadata/annotations/${LEADER_ANNOTATION.replaceAll("/", "~1")}`;
    const body = [{ op: "add", path, value: JSON.stringify({ holderIdentity: "e" }) }];
    expect(write("PATCH", `${maps}/lock`, "application/json-patch+json", body, map)).toEqual({
      record: { ...nothing, holder: "e" },
    });
  });

  test("a delete's precondition", () => {
    const body = { kind: "DeleteOptions", preconditions: { resourceVersion: "5" } };
    expect(write("DELETE", `${leases}/lock`, "application/json", body)).toEqual({ version: "5" });
  });

  test("a dry run writes no record", () => {
    const body = { metadata: { name: "lock" }, spec: { holderIdentity: "a" } };
    expect(write("PUT", `${leases}/lock?dryRun=All`, "application/json", body).record).toBeUndefined();
  });

  test.each([
    ["application/json", "{"],
    ["application/json", "[1,2]"],
    ["application/json", "null"],
    ["application/json-patch+json", "{}"],
    ["application/json-patch+json", '[null,1,{"op":"add"},{"op":"add","path":"/__proto__/polluted","value":1}]'],
    ["application/apply-patch+yaml", "spec:\n  holderIdentity: a\n"],
    ["application/vnd.kubernetes.protobuf", "k8s\u0000\u00ff\u00ff"],
  ])("of what it cannot read (%s %s) it says nothing", (type, body) => {
    const method = type === "application/json" || type.includes("protobuf") ? "PUT" : "PATCH";
    expect(write(method, `${leases}/lock`, type, body)).toEqual({});
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("what an answer shows", () => {
  const answer = (path: string, body: unknown) =>
    readAnswer(routeOf("GET", path), lock, "application/json", bytes(body));
  const item = { metadata: { name: "lock", resourceVersion: "3" }, spec: { holderIdentity: "a" } };

  test("the lock itself", () => {
    expect(answer(`${leases}/lock`, { kind: "Lease", ...item })).toEqual({
      version: "3",
      record: { holder: "a", ...nothing },
    });
  });

  test("the lock among the items of a list", () => {
    const list = { kind: "LeaseList", metadata: { resourceVersion: "90" }, items: [{ metadata: { name: "x" } }, item] };
    expect(answer(leases, list)).toEqual({ version: "3", record: { holder: "a", ...nothing } });
  });

  test("nothing, where it is not", () => {
    expect(answer(leases, { kind: "LeaseList", metadata: {}, items: [] })).toEqual({});
    expect(answer(`${leases}/lock`, { kind: "Status", metadata: {}, details: { name: "lock" } })).toEqual({});
    expect(answer(`${leases}/lock`, "no JSON")).toEqual({});
  });
});
