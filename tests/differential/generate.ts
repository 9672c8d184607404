import fc from "fast-check";
import { JSON_TYPE, PROTOBUF_TYPE } from "../../harness/wire/body.ts";
import { bodyOf, partOf, workloadPart } from "./bodies.ts";
import type { PatchType } from "../../harness/kubernetes/objects.ts";
import type { Operation, Query, SentAs, VersionRef } from "./operation.ts";
import { WORKLOADS } from "./masks.ts";
import { targets } from "./targets.ts";

const of = fc.constantFrom;
const few = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 10 }, { arbitrary: of(...others), weight: 1 });

const names = few("a", "b", "c", "Bad_Name", "-x", "a.b", "x".repeat(254));
const anyAccept = (shown: string): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constant(JSON_TYPE), weight: 8 },
    { arbitrary: fc.constant(`${PROTOBUF_TYPE},${JSON_TYPE}`), weight: 3 },
    {
      arbitrary: of("*/*", "application/*", "text/html", `${JSON_TYPE};as=${shown};v=v1;g=meta.k8s.io`),
      weight: 1,
    },
  );
/** Workloads are asked for as JSON: the embedded API has no field tables of theirs. */
const accepts = (target: string, shown = "PartialObjectMetadata"): fc.Arbitrary<string> =>
  WORKLOADS.includes(target) ? few(JSON_TYPE, "*/*", "application/*", "text/html") : anyAccept(shown);
const anyForm: fc.Arbitrary<SentAs> = fc.oneof(
  { arbitrary: fc.constant<SentAs>("json"), weight: 6 },
  { arbitrary: fc.constant<SentAs>("protobuf"), weight: 3 },
  { arbitrary: of<SentAs>("yaml", "none"), weight: 1 },
);

const sentAs = (target: string): fc.Arbitrary<SentAs> => (WORKLOADS.includes(target) ? of("json", "none") : anyForm);
const nameOf = (target: string): fc.Arbitrary<string> =>
  [...WORKLOADS, "events.k8s.io"].includes(target) ? few("a", "b", "c") : names;

const nothing: Query = {};
const query = (...odd: readonly Query[]): fc.Arbitrary<Query> =>
  fc.oneof({ arbitrary: fc.constant(nothing), weight: 8 }, { arbitrary: of(nothing, ...odd), weight: 2 });
const writing: readonly Query[] = [
  { dryRun: "All" },
  { dryRun: "Some" },
  { fieldManager: "m" },
  { fieldManager: "x".repeat(129) },
  { fieldValidation: "Strict" },
  { fieldValidation: "Ignore" },
  { fieldValidation: "Odd" },
];

const version = (...texts: readonly string[]): fc.Arbitrary<VersionRef> =>
  fc.oneof(
    { arbitrary: of<VersionRef>({ seen: "last" }), weight: 6 },
    { arbitrary: of<VersionRef>({ seen: "before" }, { seen: "first" }), weight: 2 },
    { arbitrary: of(...texts).map((text): VersionRef => ({ text })), weight: 1 },
  );
const written = version("0", "", "abc", "1", "-1", "9999999999");
const maybe = <T>(arbitrary: fc.Arbitrary<T>, often: number) => fc.option(arbitrary, { nil: undefined, freq: often });

const selectors: readonly Query[] = [
  { labelSelector: "app=x" },
  { labelSelector: "app!=x" },
  { labelSelector: "app in (x,y),tier" },
  { labelSelector: "!app" },
  { labelSelector: "app notin (x)" },
  { fieldSelector: "metadata.name=a" },
  { fieldSelector: "metadata.name!=a" },
  { fieldSelector: "metadata.name=a,metadata.namespace=elsewhere" },
  { labelSelector: "app=x", fieldSelector: "metadata.name=b" },
];
const badSelectors: readonly Query[] = [
  { labelSelector: "app=x," },
  { labelSelector: "a b" },
  { labelSelector: "app in x" },
  { fieldSelector: "spec.nonsense=a" },
  { fieldSelector: "nonsense" },
];

const patchQuery = query(...writing, { force: "true" });
const applyQuery = fc.oneof(
  { arbitrary: of<Query>({ fieldManager: "m" }, { fieldManager: "n" }), weight: 8 },
  { arbitrary: of<Query>({ fieldManager: "m", force: "true" }, { fieldManager: "n", force: "true" }), weight: 4 },
  { arbitrary: of<Query>({}, { fieldManager: "m", dryRun: "All" }), weight: 1 },
);

const pointers: Readonly<Record<string, readonly string[]>> = {
  leases: ["/spec/holderIdentity", "/spec/leaseTransitions", "/spec"],
  configmaps: ["/data/k", "/data/l", "/data"],
  endpoints: ["/subsets", "/subsets/0", "/subsets/-"],
  events: ["/message", "/count"],
  "events.k8s.io": ["/note"],
};
const common = [
  "/metadata/labels",
  "/metadata/labels/app",
  "/metadata/annotations/example.com~1n",
  "/metadata/annotations",
  "/metadata/name",
  "/nonsense",
];
const goodLabel = fc.record({
  op: of("add", "replace", "test"),
  path: of("/metadata/labels/app"),
  value: of("x", "y"),
});
const image: Readonly<Record<string, string>> = {
  pods: "/spec/containers/0/image",
  deployments: "/spec/template/spec/containers/0/image",
  replicasets: "/spec/template/spec/containers/0/image",
  daemonsets: "/spec/template/spec/containers/0/image",
};
const values = of<unknown>("1", "x", { app: "x" }, {}, 2, null, []);

const jsonPatch = (target: string): fc.Arbitrary<unknown> => {
  const place = image[target];
  if (place !== undefined) {
    const put = fc.record({ op: of("replace", "test"), path: fc.constant(place), value: of("i:1", "i:2") });
    return fc.array(fc.oneof<fc.Arbitrary<unknown>[]>(put, goodLabel), { maxLength: 2 });
  }
  const path = fc.oneof(of(...pointers[target]!), of(...common));
  const one = fc.oneof(
    { arbitrary: fc.record({ op: of("add", "replace", "test"), path, value: values }), weight: 6 },
    { arbitrary: fc.record({ op: of("remove"), path }), weight: 2 },
    { arbitrary: fc.record({ op: of("copy", "move"), from: path, path }), weight: 1 },
    { arbitrary: of<unknown>({ op: "nonsense", path: "/x" }, { path: "/x" }, { op: "add" }, 1), weight: 1 },
  );
  return fc.array(one, { maxLength: 3 });
};

type Make = (target: string) => fc.Arbitrary<Operation>;
const subOf = (target: string, reading = false) => {
  const subs = targets[target]!.subs.filter((sub) => reading || sub !== "scale");
  return fc.oneof({ arbitrary: fc.constant(""), weight: 4 }, { arbitrary: of(...subs), weight: 1 }) as fc.Arbitrary<
    "" | "status" | "scale"
  >;
};

const create: Make = (target) =>
  fc.record({
    verb: fc.constant("create" as const),
    target: fc.constant(target),
    name: nameOf(target),
    query: query(...writing),
    accept: accepts(target),
    body: bodyOf(target, ""),
    as: sentAs(target),
  });

const update: Make = (target) =>
  (target === "pods" ? fc.constant("status" as const) : subOf(target)).chain((sub) =>
    fc
      .record({
        verb: fc.constant("update" as const),
        target: fc.constant(target),
        name: nameOf(target),
        query: query(...writing),
        accept: accepts(target),
        sub: fc.constant(sub),
        body: bodyOf(target, sub),
        as: sentAs(target),
        version: maybe(written, 6),
        uid: maybe(of("last" as const, "first" as const, "other" as const), 1),
      })
      .map(defined),
  );

const partsOf = (target: string, sub: string): fc.Arbitrary<object> =>
  WORKLOADS.includes(target) ? workloadPart(target, sub) : partOf(target, sub);
const patchTypeOf = (target: string): fc.Arbitrary<PatchType> =>
  [...WORKLOADS, "events"].includes(target)
    ? of("merge", "json", "strategic")
    : of("merge", "json", "strategic", "apply");

const patch: Make = (target) =>
  fc.tuple(subOf(target), patchTypeOf(target)).chain(([sub, type]) =>
    fc
      .record({
        verb: fc.constant("patch" as const),
        target: fc.constant(target),
        name: nameOf(target),
        query: type === "apply" ? applyQuery : patchQuery,
        accept: accepts(target),
        sub: fc.constant(sub),
        type: fc.constant(type),
        body:
          type === "json"
            ? fc.oneof(
                { arbitrary: jsonPatch(target), weight: 12 },
                { arbitrary: of<unknown>({}, null, "x"), weight: 1 },
              )
            : fc.oneof(
                { arbitrary: partsOf(target, sub) as fc.Arbitrary<unknown>, weight: 16 },
                { arbitrary: of<unknown>([], null, "x", {}), weight: 1 },
              ),
        version: maybe(written, 1),
      })
      .map(defined),
  );

const get: Make = (target) =>
  fc
    .record({
      verb: fc.constant("get" as const),
      target: fc.constant(target),
      name: nameOf(target),
      query: fc.constant(nothing),
      accept: accepts(target),
      sub: subOf(target, true),
      version: maybe(version("0"), 1),
    })
    .map(defined);

const list: Make = (target) =>
  fc
    .record({
      verb: fc.constant("list" as const),
      target: fc.constant(target),
      name: fc.constant("a"),
      query: query(
        { limit: "1" },
        { limit: "2" },
        { limit: "x" },
        { resourceVersionMatch: "Exact" },
        { resourceVersionMatch: "NotOlderThan" },
        { sendInitialEvents: "true" },
        ...selectors,
        ...badSelectors,
      ),
      accept: accepts(target, "PartialObjectMetadataList"),
      version: maybe(fc.oneof(version("0", "abc"), of<VersionRef>({ seen: "list" })), 1),
      goOn: fc.boolean(),
    })
    .map(defined);

const remove: Make = (target) =>
  fc
    .record({
      verb: of("delete" as const, "delete" as const, "deletecollection" as const),
      target: fc.constant(target),
      name: nameOf(target),
      query: query(
        { dryRun: "All" },
        { propagationPolicy: "Background" },
        { gracePeriodSeconds: "0" },
        { gracePeriodSeconds: "x" },
      ),
      accept: few(JSON_TYPE, "*/*", "application/*", "text/html"),
      options: fc.oneof(
        { arbitrary: of<object>({}), weight: 4 },
        {
          arbitrary: of<object>(
            { propagationPolicy: "Background" },
            { propagationPolicy: "Odd" },
            { gracePeriodSeconds: 0 },
            { gracePeriodSeconds: 5 },
            { dryRun: ["All"] },
            { dryRun: ["Some"] },
            { kind: "DeleteOptions", apiVersion: "v1" },
          ),
          weight: 2,
        },
      ),
      version: maybe(version("1"), 1),
      uid: maybe(of("last" as const, "first" as const, "other" as const), 1),
    })
    .map(defined);

const watch: Make = (target) =>
  fc
    .record({
      verb: fc.constant("watch" as const),
      target: fc.constant(target),
      name: of("a", "b"),
      query: query(
        ...selectors,
        ...badSelectors,
        { sendInitialEvents: "true" },
        { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan", allowWatchBookmarks: "true" },
      ),
      accept: accepts(target),
      version: maybe(fc.oneof(version("0", "1", "abc"), of<VersionRef>({ seen: "list" })), 3),
    })
    .map(defined);

const race: Make = (target) =>
  fc.record({
    verb: fc.constant("race" as const),
    target: fc.constant(target),
    name: of("a", "b"),
    query: fc.constant(nothing),
    accept: fc.constant(JSON_TYPE),
    of:
      target === "events.k8s.io"
        ? of("delete" as const)
        : WORKLOADS.includes(target)
          ? of("update" as const, "patch" as const, "delete" as const)
          : of("create" as const, "update" as const, "patch" as const, "delete" as const),
    writers: fc.integer({ min: 2, max: 4 }),
  });

const raw: Make = (target) =>
  fc.record({
    verb: fc.constant("raw" as const),
    target: fc.constant(target),
    name: of("a", ""),
    query: fc.constant(nothing),
    accept: few(JSON_TYPE, "*/*", "application/*", "text/html"),
    method: of("POST", "PUT", "PATCH", "DELETE", "GET"),
    below: few("", "/nonsense", "/status"),
    text: of(
      "",
      "{",
      "[]",
      "1",
      "null",
      '{"kind":"Odd","apiVersion":"v1"}',
      '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}',
      '{"metadata":"x"}',
      "text",
      "k8s",
    ),
    type: of(
      "",
      JSON_TYPE,
      "application/merge-patch+json",
      "application/json-patch+json",
      "application/strategic-merge-patch+json",
      "application/apply-patch+yaml",
      PROTOBUF_TYPE,
      "text/plain",
    ),
  });

/** Without the members that were drawn as absent. */
const defined = (drawn: object): Operation =>
  Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)) as unknown as Operation;

const operation: Make = (target) =>
  fc.oneof(
    { arbitrary: create(target), weight: 6 },
    ...(["events.k8s.io", "daemonsets"].includes(target) ? [] : [{ arbitrary: update(target), weight: 5 }]),
    ...(target === "events.k8s.io" ? [] : [{ arbitrary: patch(target), weight: 6 }]),
    { arbitrary: get(target), weight: 2 },
    { arbitrary: list(target), weight: 2 },
    { arbitrary: remove(target), weight: 3 },
    { arbitrary: watch(target), weight: 1 },
    { arbitrary: race(target), weight: 1 },
    { arbitrary: raw(target), weight: 1 },
  );

/** The targets of which sequences are drawn, the ones that electors lock oftener. */
const drawn = fc.oneof(
  { arbitrary: fc.constant("leases"), weight: 5 },
  { arbitrary: of("configmaps", "endpoints"), weight: 3 },
  { arbitrary: of("events", "events.k8s.io"), weight: 1 },
  { arbitrary: of("pods", "deployments", "replicasets", "daemonsets"), weight: 4 },
);

/** Sequences of requests about the objects of one kind. */
export const sequences = (length: number): fc.Arbitrary<readonly Operation[]> =>
  drawn.chain((target) => fc.array(operation(target), { minLength: 1, maxLength: length, size: "max" }));
