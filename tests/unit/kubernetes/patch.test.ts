import { describe, expect, test } from "vitest";
import { jsonPatch } from "../../../harness/kubernetes/patch/json.ts";
import { mergePatch } from "../../../harness/kubernetes/patch/merge.ts";
import { strategicPatch } from "../../../harness/kubernetes/patch/strategic.ts";
import { leaseObject, leaseRef, object as objectOf, refusal, specOf, testStore } from "./build.ts";

// RFC 7386, appendix A.
test.each([
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [["a"], { a: "b" }, { a: "b" }],
])("merge %j with %j", (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});

const pod = (containers: unknown) => ({ spec: { containers } });

describe("strategic merge", () => {
  test("lists of objects by their key, new elements first, as the API orders them", () => {
    expect(
      strategicPatch(
        pod([{ name: "a", image: "1", env: [{ name: "X", value: "1" }] }]),
        pod([{ name: "b" }, { name: "a", env: [{ name: "Y" }] }]),
      ),
    ).toEqual(pod([{ name: "b" }, { name: "a", image: "1", env: [{ name: "Y" }, { name: "X", value: "1" }] }]));
    expect(strategicPatch(pod([{ name: "a" }, { name: "b" }]), pod([{ name: "b", image: "2" }]))).toEqual(
      pod([{ name: "a" }, { name: "b", image: "2" }]),
    );
  });

  test("$patch deletes and replaces", () => {
    expect(strategicPatch(pod([{ name: "a" }, { name: "b" }]), pod([{ name: "a", $patch: "delete" }]))).toEqual(
      pod([{ name: "b" }]),
    );
    expect(strategicPatch({ spec: { a: 1, b: 2 } }, { spec: { $patch: "replace", c: 3 } })).toEqual({ spec: { c: 3 } });
    expect(refusal(() => strategicPatch({}, { spec: { $patch: "nope" } })).message).toBe(
      "unknown patch type: nope in map: map[$patch:nope]",
    );
  });

  test("$deleteFromPrimitiveList and $setElementOrder", () => {
    const target = { metadata: { finalizers: ["a", "b", "c"] } };
    expect(strategicPatch(target, { metadata: { "$deleteFromPrimitiveList/finalizers": ["b"] } })).toEqual({
      metadata: { finalizers: ["a", "c"] },
    });
    const ordered = { "$setElementOrder/finalizers": ["c", "b", "a"], finalizers: ["a"] };
    expect(strategicPatch(target, { metadata: ordered })).toEqual({ metadata: { finalizers: ["c", "b", "a"] } });
  });

  test("lists without a key are replaced", () => {
    expect(strategicPatch({ subsets: [1, 2] }, { subsets: [3] })).toEqual({ subsets: [3] });
  });
});

describe("JSON patch", () => {
  test("replaces what is not there, as the API's library does; removes only what is", () => {
    expect(jsonPatch({ a: {} }, [{ op: "replace", path: "/a/b", value: 1 }])).toEqual({ a: { b: 1 } });
    for (const operation of [
      { op: "remove", path: "/a/b" },
      { op: "add", path: "/x/y", value: 1 },
      { op: "test", path: "/a", value: 1 },
      { op: "frob", path: "/a" },
    ])
      expect(refusal(() => jsonPatch({ a: {} }, [operation])).code).toBe(422);
  });

  test("leaves members in the order of their names where it went, and as they came elsewhere", () => {
    const target = { z: { d: 1, c: 1 }, y: { b: 1, a: 1 } };
    const text = (operations: readonly object[]) => JSON.stringify(jsonPatch(target, operations));
    expect(text([])).toBe('{"y":{"b":1,"a":1},"z":{"d":1,"c":1}}');
    expect(text([{ op: "add", path: "/z/b", value: { f: 1, e: 1 } }])).toBe(
      '{"y":{"b":1,"a":1},"z":{"b":{"f":1,"e":1},"c":1,"d":1}}',
    );
  });

  test("leaves its input alone, also when it fails half-way", () => {
    const target = { a: [1, 2] };
    expect(
      refusal(() =>
        jsonPatch(target, [
          { op: "remove", path: "/a/0" },
          { op: "remove", path: "/b" },
        ]),
      ).code,
    ).toBe(422);
    expect(target).toEqual({ a: [1, 2] });
  });
});

describe("patches of a Lease", () => {
  test("a patch without a version is not preconditioned, one with a stale version is refused", () => {
    const { store } = testStore();
    const { resourceVersion } = store.create("leases", "default", leaseObject("a", { holderIdentity: "x" })).metadata;
    store.patch(leaseRef("a"), "merge", { spec: { holderIdentity: "y" } });
    const stale = { metadata: { resourceVersion }, spec: { holderIdentity: "z" } };
    expect(refusal(() => store.patch(leaseRef("a"), "merge", stale)).reason).toBe("Conflict");
    expect(specOf(store.get(leaseRef("a")))["holderIdentity"]).toBe("y");
  });

  test("a value of the wrong type is about the field patch", () => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a"));
    const status = refusal(() => store.patch(leaseRef("a"), "merge", { spec: { leaseDurationSeconds: "x" } }));
    expect([status.code, status.details?.causes?.[0]?.field]).toEqual([422, "patch"]);
  });
});

describe("patches that say what an object is", () => {
  const LEASE = "coordination.k8s.io/v1";
  const patched = (body: object): unknown => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a", { holderIdentity: "x" }));
    const warned: string[] = [];
    const onUnknown = (paths: readonly string[]): void => void warned.push(...paths);
    try {
      return store.patch(leaseRef("a"), "merge", body, { onUnknown }).apiVersion;
    } catch (error) {
      return [(error as Error).message.replace(/(?<=Invalid value: )"\{.*\}"(?=: )/, "…"), warned];
    }
  };
  const invalid = (why: string): unknown => [` "" is invalid: patch: Invalid value: …: ${why}`, []];

  test("a strategic patch may say what it likes, in texts", () => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a"));
    const patch = (body: object) => store.patch(leaseRef("a"), "strategic", body);
    expect(patch({ kind: "Odd", apiVersion: "a/b/c" }).kind).toBe("Lease");
    expect(refusal(() => patch({ kind: 5 })).message).toBe(
      ' "" is invalid: patch: Invalid value: "map[kind:5]": cannot convert int64 to string',
    );
  });

  test("a former version of a Lease is read as the one that is served", () => {
    expect(patched({ apiVersion: "coordination.k8s.io/v1beta1", spec: { holderIdentity: "y" } })).toBe(LEASE);
    expect(patched({ kind: null })).toBe(LEASE);
    expect(patched({ apiVersion: "coordination.k8s.io/v1beta7" })).toEqual(
      invalid(
        'no kind "Lease" is registered for version "coordination.k8s.io/v1beta7" in scheme "pkg/runtime/scheme.go:110"',
      ),
    );
  });

  test("without a version all fields are unknown, and the name with them", () => {
    const lost = "the name of the object (a based on URL) was undeterminable: name must be provided";
    expect(patched({ apiVersion: null })).toEqual([lost, ["metadata", "spec"]]);
    expect(patched({ apiVersion: "coordination.k8s.io/", nonsense: 1 })).toEqual([
      lost,
      ["metadata", "nonsense", "spec"],
    ]);
    const { store } = testStore();
    store.create("configmaps", "default", objectOf("v1", "ConfigMap", { metadata: { name: "c" } }));
    const other = (kind: string) =>
      refusal(() =>
        store.patch({ resource: "configmaps", namespace: "default", name: "c" }, "merge", { apiVersion: "", kind }),
      ).message;
    expect(other("Pod")).toContain(": converting (core.Pod) to (core.ConfigMap): unknown conversion");
    expect(other("Odd")).toContain(': no kind "Odd" is registered for the internal version of group "" in scheme');
    expect(patched({ apiVersion: null, kind: "Odd" })).toEqual(
      invalid(
        'no kind "Odd" is registered for the internal version of group "coordination.k8s.io" in scheme "pkg/runtime/scheme.go:110"',
      ),
    );
  });

  test("another kind is read as what it says first", () => {
    const other = { kind: "ConfigMap", apiVersion: "v1" };
    expect(patched(other)).toEqual(invalid("converting (v1.ConfigMap) to (coordination.Lease): unknown conversion"));
    expect(patched({ ...other, metadata: { labels: "a" } })).toEqual(
      invalid(
        "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string",
      ),
    );
  });

  test("what is no version or kind is told of as such", () => {
    for (const name of ["apiVersion", "kind"])
      expect(patched({ [name]: 5 })).toEqual(
        invalid(
          `couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .${name} of type string`,
        ),
      );
    expect(patched({ apiVersion: "a/b/c" })).toEqual(invalid("unexpected GroupVersion string: a/b/c"));
    expect(patched({ apiVersion: "/v1" })).toEqual(
      invalid('no kind "Lease" is registered for version "v1" in scheme "pkg/runtime/scheme.go:110"'),
    );
  });
});

const apply = (store: ReturnType<typeof testStore>["store"], manager: string, spec: object, force = false) =>
  store.patch(leaseRef("a"), "apply", leaseObject("a", spec), { fieldManager: manager, force });

describe("server-side apply", () => {
  test("lists that are merged by their elements are in the configuration's order", () => {
    const { store } = testStore();
    const finalizers = (manager: string, ...names: readonly string[]) =>
      store.patch(leaseRef("a"), "apply", leaseObject("a", {}, { finalizers: names }), { fieldManager: manager })
        .metadata.finalizers;
    finalizers("m", "f", "g");
    expect(finalizers("n", "h", "g", "f")).toEqual(["h", "g", "f"]);
  });

  test("an empty list where none is changes what somebody owns as null", () => {
    const { store } = testStore();
    const stating = (manager: string, finalizers: unknown) =>
      store.patch(leaseRef("a"), "apply", leaseObject("a", {}, { finalizers } as object), { fieldManager: manager });
    stating("n", null);
    expect(refusal(() => stating("m", [])).message).toBe(
      'Apply failed with 1 conflict: conflict with "n": .metadata.finalizers',
    );
  });

  test("managedFields must be none: null is, a list is not, and what is neither is the schema's to refuse", () => {
    const { store } = testStore();
    const stating = (managedFields: unknown) =>
      store.patch(leaseRef("a"), "apply", leaseObject("a", {}, { managedFields }), { fieldManager: "m" });
    expect(stating(null).metadata.name).toBe("a");
    expect(refusal(() => stating([])).message).toBe("metadata.managedFields must be nil");
    expect(refusal(() => stating("x")).message).toContain(".metadata.managedFields: expected list, got &{x}");
  });

  test("creates what is absent", () => {
    const { store } = testStore();
    const made = apply(store, "m1", { holderIdentity: "x" });
    expect(made.metadata["managedFields"]).toEqual([
      {
        manager: "m1",
        operation: "Apply",
        apiVersion: "coordination.k8s.io/v1",
        time: "2026-01-02T03:04:05Z",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:spec": { "f:holderIdentity": {} } },
      },
    ]);
  });

  test("another manager's field is a conflict, unless forced or equal", () => {
    const { store } = testStore();
    apply(store, "m1", { holderIdentity: "x", leaseDurationSeconds: 5 });
    const status = refusal(() => apply(store, "m2", { holderIdentity: "y" }));
    expect(status.message).toBe('Apply failed with 1 conflict: conflict with "m1": .spec.holderIdentity');
    expect(refusal(() => apply(store, "m2", { holderIdentity: "y", leaseDurationSeconds: 6 })).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "m1":\n- .spec.holderIdentity\n- .spec.leaseDurationSeconds',
    );
    expect(specOf(apply(store, "m2", { holderIdentity: "x" }))).toEqual({
      holderIdentity: "x",
      leaseDurationSeconds: 5,
    });
    expect(specOf(apply(store, "m2", { holderIdentity: "y" }, true))["holderIdentity"]).toBe("y");
  });

  test("a writer by PUT owns what it changed", () => {
    const { store } = testStore();
    const made = apply(store, "m1", { holderIdentity: "x" });
    store.update("leases", { ...made, spec: { holderIdentity: "put" } }, undefined, { fieldManager: "upd" });
    expect(refusal(() => apply(store, "m1", { holderIdentity: "x" })).message).toBe(
      'Apply failed with 1 conflict: conflict with "upd" using coordination.k8s.io/v1: .spec.holderIdentity',
    );
  });

  test("what is no longer applied goes, unless somebody else owns it", () => {
    const { store } = testStore();
    apply(store, "m1", { holderIdentity: "x", leaseDurationSeconds: 5 });
    apply(store, "m2", { holderIdentity: "x" });
    expect(specOf(apply(store, "m1", { leaseTransitions: 1 }))).toEqual({ holderIdentity: "x", leaseTransitions: 1 });
  });

  test("a null over an empty struct is a change, an empty one is not", () => {
    const { store } = testStore();
    const applied = (manager: string, spec: object | null) =>
      store.patch(leaseRef("a"), "apply", { ...leaseObject("a"), spec }, { fieldManager: manager });
    applied("m1", null);
    applied("m2", {});
    expect(refusal(() => applied("m3", null)).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "m1":\n- .spec\nconflicts with "m2":\n- .spec',
    );
  });

  test("what changes nothing is not dated; what says more than is there is, though nobody owns it", () => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a"), { fieldManager: "w" });
    const dated = (manager: string, metadata: object): boolean => {
      const object = leaseObject("a", {}, metadata);
      const made = store.patch(leaseRef("a"), "apply", object, { fieldManager: manager });
      const entries = made.metadata["managedFields"] as readonly { readonly manager: string; readonly time?: string }[];
      return entries.some((entry) => entry.manager === manager && entry.time !== undefined);
    };
    expect(dated("same", {})).toBe(false);
    expect(dated("list", { ownerReferences: [] })).toBe(true);
    expect(dated("generation", { generation: 7 })).toBe(true);
  });

  test("fields that nobody owns are those of a PUT: a generation may be born, a uid may not be wished for", () => {
    const { store } = testStore();
    const applied = (metadata: object) =>
      store.patch(leaseRef("a"), "apply", leaseObject("a", {}, metadata), { fieldManager: "m" });
    expect(refusal(() => applied({ uid: "mine" }))).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on leases.coordination.k8s.io "a": uid mismatch: the provided object specified uid mine, and no existing object was found',
    });
    expect(applied({ generation: 7, uid: "" }).metadata.generation).toBe(7);
    expect(applied({ generation: 8 }).metadata.generation).toBe(7);
    expect(refusal(() => applied({ uid: "mine" })).message).toBe(
      'Lease.coordination.k8s.io "a" is invalid: metadata.uid: Invalid value: "mine": field is immutable',
    );
  });
});

describe("who owns what", () => {
  const update = { fieldManager: "upd" };

  test("an object that nobody owns is not begun to be tracked by an update, and apply says who was there before", () => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a"));
    const next = store.patch(leaseRef("a"), "merge", { spec: { holderIdentity: "x" } }, update);
    expect(next.metadata["managedFields"]).toBeUndefined();
    const config = leaseObject("a", { holderIdentity: "y" });
    expect(refusal(() => store.patch(leaseRef("a"), "apply", config, { fieldManager: "m" })).message).toContain(
      'conflict with "before-first-apply" using coordination.k8s.io/v1: .spec.holderIdentity',
    );
  });

  test("a conflict is told of before a namespace that is not the URL's", () => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a", { holderIdentity: "x" }), update);
    const config = leaseObject("a", { holderIdentity: "y" }, { namespace: "elsewhere" });
    const applied = (force: boolean) => store.patch(leaseRef("a"), "apply", config, { fieldManager: "m", force });
    expect(refusal(() => applied(false)).message).toContain("Apply failed with 1 conflict");
    expect(refusal(() => applied(true)).message).toContain("namespace of the provided object does not match");
  });

  test("of an object that is being deleted, and that nobody owns, its deletion was there before too", () => {
    const { store } = testStore();
    store.create("leases", "default", leaseObject("a"));
    store.patch(leaseRef("a"), "merge", { metadata: { finalizers: ["example.com/f"] } }, update);
    store.remove(leaseRef("a"));
    const config = leaseObject("a", { holderIdentity: "y" });
    const [, before] = store.patch(leaseRef("a"), "apply", config, { fieldManager: "m" }).metadata[
      "managedFields"
    ] as readonly { readonly manager: string; readonly fieldsV1: unknown }[];
    expect(before).toMatchObject({
      manager: "before-first-apply",
      fieldsV1: { "f:metadata": { "f:deletionTimestamp": {}, "f:deletionGracePeriodSeconds": {} } },
    });
  });

  test("a struct that is no longer applied does not take with it what others put into it", () => {
    const { store } = testStore();
    const applied = (spec: object) =>
      store.patch(leaseRef("a"), "apply", leaseObject("a", spec), { fieldManager: "m" });
    applied({});
    store.patch(leaseRef("a"), "merge", { spec: { leaseTransitions: 2 } }, update);
    expect(specOf(applied({ holderIdentity: "x" }))).toEqual({ holderIdentity: "x", leaseTransitions: 2 });
  });
});
