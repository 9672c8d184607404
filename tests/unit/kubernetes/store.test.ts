import { describe, expect, test } from "vitest";
import type { Change, KubeObject } from "../../../harness/kubernetes/objects.ts";
import { leaseObject, leaseRef, object, refusal, specOf, testStore } from "./build.ts";

const unversioned = ({ metadata, ...rest }: KubeObject): KubeObject => {
  const { resourceVersion: _version, ...kept } = metadata;
  return { ...rest, metadata: kept } as KubeObject;
};

describe("versions", () => {
  test("each change takes the next of one counter", () => {
    const { store } = testStore();
    const first = store.create("leases", "default", leaseObject("a"));
    const other = store.create("configmaps", "default", object("v1", "ConfigMap", { metadata: { name: "c" } }));
    expect(Number(other.metadata.resourceVersion)).toBe(Number(first.metadata.resourceVersion) + 1);
    expect(store.version).toBe(Number(other.metadata.resourceVersion));
  });

  test("of two writes from one version the second is a conflict, in the API's words", () => {
    const { store } = testStore();
    const read = store.create("leases", "default", leaseObject("a", { holderIdentity: "x" }));
    store.update("leases", { ...read, spec: { holderIdentity: "y" } });
    expect(refusal(() => store.update("leases", { ...read, spec: { holderIdentity: "z" } }))).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message:
        'Operation cannot be fulfilled on leases.coordination.k8s.io "a": the object has been modified; please apply your changes to the latest version and try again',
      reason: "Conflict",
      details: { name: "a", group: "coordination.k8s.io", kind: "leases" },
      code: 409,
    });
    expect(specOf(store.get(leaseRef("a")))["holderIdentity"]).toBe("y");
  });

  test("a Lease's PUT needs a version, a ConfigMap's does not", () => {
    const { store } = testStore();
    const lease = store.create("leases", "default", leaseObject("a"));
    const status = refusal(() => store.update("leases", { ...unversioned(lease), spec: { holderIdentity: "x" } }));
    expect([status.code, status.message]).toEqual([
      422,
      'leases.coordination.k8s.io "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ]);
    const map = store.create("configmaps", "default", object("v1", "ConfigMap", { metadata: { name: "c" } }));
    expect(store.update("configmaps", { ...unversioned(map), data: { a: "b" } })["data"]).toEqual({ a: "b" });
  });

  test("an update that changes nothing is no change", () => {
    const { store, tick } = testStore();
    const read = store.create("leases", "default", leaseObject("a", { holderIdentity: "x" }));
    tick(5);
    expect(store.update("leases", read)).toBe(read);
    expect(store.version).toBe(Number(read.metadata.resourceVersion));
  });

  test("dry runs answer and leave no trace", () => {
    const { store } = testStore();
    const before = store.version;
    expect(store.create("leases", "default", leaseObject("a"), { dryRun: true }).metadata.name).toBe("a");
    expect([store.get(leaseRef("a")), store.version]).toEqual([undefined, before]);
  });
});

describe("what the server says itself", () => {
  test("a client's uid, times and deletion are not taken from it", () => {
    const { store } = testStore();
    const made = store.create(
      "leases",
      "default",
      leaseObject(
        "a",
        {},
        { uid: "mine", creationTimestamp: "2001-01-01T00:00:00Z", deletionTimestamp: "2001-01-01T00:00:00Z" },
      ),
    );
    expect(made.metadata.uid).not.toBe("mine");
    expect(made.metadata.creationTimestamp).toBe("2026-01-02T03:04:05Z");
    expect(made.metadata.deletionTimestamp).toBeUndefined();
  });

  test("generateName is filled up, and never twice the same", () => {
    const { store } = testStore();
    const generated = { ...leaseObject(""), metadata: { generateName: "gen-" } };
    const names = [1, 2, 3].map(() => store.create("leases", "default", generated).metadata.name);
    for (const name of names) expect(name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(new Set(names).size).toBe(3);
  });

  test("generation counts changes of spec and not those of status or labels", () => {
    const { store } = testStore();
    const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } };
    const input = object("apps/v1", "Deployment", {
      metadata: { name: "d" },
      spec: { replicas: 1, selector: { matchLabels: { a: "b" } }, template },
    });
    let read = store.create("deployments", "default", input);
    read = store.update("deployments", { ...read, status: { replicas: 1 } }, "status");
    read = store.update("deployments", { ...read, metadata: { ...read.metadata, labels: { x: "y" } } });
    expect([read.metadata.generation, read["status"]]).toEqual([1, { replicas: 1 }]);
    read = store.update("deployments", { ...read, spec: { ...specOf(read), replicas: 2 }, status: { replicas: 9 } });
    expect([read.metadata.generation, read["status"]]).toEqual([2, { replicas: 1 }]);
    read = store.update("deployments", { ...read, spec: {}, status: { replicas: 2 } }, "status");
    expect([specOf(read)["replicas"], read["status"]]).toEqual([2, { replicas: 2 }]);
  });
});

const pod = (spec: object) =>
  object("v1", "Pod", { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "i" }], ...spec } });

describe("deletion", () => {
  const ref = { resource: "pods", namespace: "default", name: "p" };

  test("a bound pod is marked with its grace, a shorter one counts, zero removes it", () => {
    const { store, tick } = testStore();
    store.create("pods", "default", pod({ nodeName: "n", terminationGracePeriodSeconds: 20 }));
    expect(store.remove(ref)?.metadata).toMatchObject({
      deletionTimestamp: "2026-01-02T03:04:25Z",
      deletionGracePeriodSeconds: 20,
    });
    tick(3);
    const before = store.version;
    expect(store.remove(ref)?.metadata.deletionGracePeriodSeconds).toBe(20);
    store.remove(ref, { gracePeriodSeconds: 20 });
    expect(store.version).toBe(before);
    expect(store.remove(ref, { gracePeriodSeconds: 30 })?.metadata.deletionGracePeriodSeconds).toBe(20);
    expect(store.remove(ref, { gracePeriodSeconds: 5 })?.metadata.deletionTimestamp).toBe("2026-01-02T03:04:10Z");
    store.remove(ref, { gracePeriodSeconds: 0 });
    expect(store.get(ref)).toBeUndefined();
  });

  test("a marked pod that has ended meanwhile is not hurried by a delete that gives it time", () => {
    const { store } = testStore();
    const made = store.create("pods", "default", pod({ nodeName: "n", terminationGracePeriodSeconds: 20 }));
    store.remove(ref);
    store.update("pods", { ...unversioned(made), status: { phase: "Succeeded" } } as KubeObject, "status");
    expect(store.remove(ref, { gracePeriodSeconds: 5 })?.metadata.deletionGracePeriodSeconds).toBe(5);
    store.remove(ref, { gracePeriodSeconds: 0 });
    expect(store.get(ref)).toBeUndefined();
  });

  test("a pod that no node runs goes at once", () => {
    const { store } = testStore();
    store.create("pods", "default", pod({}));
    store.remove(ref);
    expect(store.get(ref)).toBeUndefined();
  });

  test("finalizers hold an object until they are gone", () => {
    const { store } = testStore();
    const made = store.create("leases", "default", leaseObject("a", {}, { finalizers: ["x.io/y"] }));
    const marked = store.remove(leaseRef("a"));
    expect(marked?.metadata.deletionGracePeriodSeconds).toBe(0);
    const { finalizers: _finalizers, ...metadata } = store.get(leaseRef("a"))!.metadata;
    store.update("leases", { ...made, metadata });
    expect(store.get(leaseRef("a"))).toBeUndefined();
  });

  test("preconditions hold a delete back", () => {
    const { store } = testStore();
    const { uid } = store.create("leases", "default", leaseObject("a")).metadata;
    expect(refusal(() => store.remove(leaseRef("a"), { uid: "other" })).message).toBe(
      `Operation cannot be fulfilled on Lease.coordination.k8s.io "a": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
    expect(refusal(() => store.remove(leaseRef("a"), { resourceVersion: "1" })).code).toBe(409);
    expect(store.get(leaseRef("a"))).toBeDefined();
  });

  test("a namespace takes its content with it", () => {
    const { store } = testStore();
    store.create("namespaces", "", object("v1", "Namespace", { metadata: { name: "ns" } }));
    store.create("leases", "ns", leaseObject("a"));
    store.create("pods", "ns", pod({ nodeName: "n" }));
    store.remove({ resource: "namespaces", namespace: "", name: "ns" });
    expect(store.list("leases", "ns")).toEqual([]);
    expect(refusal(() => store.create("leases", "ns", leaseObject("b"))).code).toBe(403);
    store.remove({ ...ref, namespace: "ns" }, { gracePeriodSeconds: 0 });
    expect(store.get({ resource: "namespaces", namespace: "", name: "ns" })).toBeUndefined();
  });
});

describe("changes", () => {
  test("a listener that commits is not overtaken by what it committed", () => {
    const { store } = testStore();
    const seen: number[] = [];
    store.subscribe(({ resource, type, object: { metadata } }) => {
      if (resource === "leases" && type === "ADDED" && metadata.name === "a") store.remove(leaseRef("a"));
    });
    store.subscribe(({ version }) => seen.push(version));
    store.create("leases", "default", leaseObject("a"));
    store.create("leases", "default", leaseObject("b"));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen).toHaveLength(3);
  });

  test("the past can be listed until it is compacted", () => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a", { holderIdentity: "x" }));
    const then = store.version;
    const now = store.list("leases", "");
    store.update("leases", { ...now[0]!, spec: { holderIdentity: "y" } });
    store.create("leases", "default", leaseObject("b"));
    store.remove(leaseRef("a"));
    expect(store.listAt("leases", "default", then)).toEqual(now);
    store.compact();
    expect(refusal(() => store.listAt("leases", "default", then)).code).toBe(410);
  });

  test("the log is bounded: who lags too far behind is told 410, nobody else is", () => {
    const { store } = testStore({ logLimit: 10 });
    let read = store.create("leases", "default", leaseObject("a"));
    const start = store.version;
    for (let index = 1; index <= 100; index += 1)
      read = store.update("leases", { ...read, spec: { leaseTransitions: index } });
    const status = refusal(() => store.log.since(start));
    expect([status.code, status.reason]).toEqual([410, "Expired"]);
    expect(status.message).toBe(`too old resource version: ${start} (${store.log.oldest})`);
    const kept: readonly Change[] = store.log.since(store.version - 10);
    expect(kept.map(({ version }) => version)).toEqual(Array.from({ length: 10 }, (_, at) => store.version - 9 + at));
  });
});

describe("what is refused", () => {
  test.each([
    [{ leaseDurationSeconds: 0 }, "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"],
    [{ leaseTransitions: -1 }, "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"],
  ])("%j", (spec, why) => {
    const { store } = testStore();
    const status = refusal(() => store.create("leases", "default", leaseObject("a", spec)));
    expect([status.code, status.message]).toEqual([422, `Lease.coordination.k8s.io "a" is invalid: ${why}`]);
  });

  test("values of the wrong type, with Go's words", () => {
    const { store } = testStore();
    const status = refusal(() => store.create("leases", "default", leaseObject("a", { leaseDurationSeconds: "15" })));
    expect([status.code, status.message]).toEqual([
      400,
      'Lease in version "v1" cannot be handled as a Lease: json: cannot unmarshal string into Go struct field LeaseSpec.spec.leaseDurationSeconds of type int32',
    ]);
  });

  test("an empty holder is not", () => {
    const { store } = testStore();
    expect(specOf(store.create("leases", "default", leaseObject("a", { holderIdentity: "" })))).toEqual({
      holderIdentity: "",
    });
  });
});
