import fc from "fast-check";
import type { PatchType } from "../../../harness/kubernetes/objects.ts";
import { workloadPart } from "./bodies.ts";
import { of, some } from "./chance.ts";
import { partOf } from "./thin.ts";
import { WORKLOADS } from "../masks.ts";
import type { Query } from "../operation.ts";
import { targets } from "../targets.ts";
import { accepts, defined, maybe, nameOf, query, subOf, writing, written, type Make } from "./common.ts";

const patchQuery = query(...writing, { force: "true" });
const applyQuery = fc.oneof(
  { arbitrary: of<Query>({ fieldManager: "m" }, { fieldManager: "n" }), weight: 8 },
  { arbitrary: of<Query>({ fieldManager: "m", force: "true" }, { fieldManager: "n", force: "true" }), weight: 4 },
  { arbitrary: of<Query>({}, { fieldManager: "m", dryRun: "All" }), weight: 1 },
);

const pointers: Readonly<Record<string, readonly string[]>> = {
  leases: ["/spec/holderIdentity", "/spec/leaseTransitions", "/spec"],
  configmaps: ["/data/k", "/data/l", "/data"],
  secrets: ["/stringData/k", "/stringData", "/type", "/data"],
  serviceaccounts: ["/secrets", "/imagePullSecrets", "/automountServiceAccountToken"],
  endpoints: ["/subsets", "/subsets/0", "/subsets/-"],
  endpointslices: ["/endpoints/0/addresses/0", "/endpoints/-", "/ports/0/port", "/addressType"],
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
/** What an object may say that it is: a version of its kind that is read and not served, and what nobody knows. */
const said = (target: string): fc.Arbitrary<object> => {
  const { apiVersion, kind } = targets[target]!;
  const group = apiVersion.includes("/") ? `${apiVersion.split("/", 1)[0]!}/` : "";
  const former = ["leases", "endpointslices"].includes(target) ? [`${group}v1beta1`] : [];
  return some({
    apiVersion: of<unknown>(...former, apiVersion, `${group}v1beta7`, group, "a/b/c", "", null, 5),
    kind: of<unknown>(kind, "Odd", "ConfigMap", null, 5),
  });
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
    {
      arbitrary: said(target).chain((type) =>
        Object.keys(type).length === 0
          ? of<unknown>({ op: "remove", path: "/apiVersion" }, { op: "remove", path: "/kind" })
          : of<unknown>(...Object.entries(type).map(([name, value]) => ({ op: "replace", path: `/${name}`, value }))),
      ),
      weight: 1,
    },
    { arbitrary: of<unknown>({ op: "nonsense", path: "/x" }, { path: "/x" }, { op: "add" }, 1), weight: 1 },
  );
  return fc.array(one, { maxLength: 3 });
};

const partsOf = (target: string, sub: string): fc.Arbitrary<object> =>
  WORKLOADS.includes(target) ? workloadPart(target, sub) : partOf(target, sub);
const typed = (target: string, sub: string): fc.Arbitrary<object> =>
  fc.tuple(partsOf(target, sub), said(target)).map(([part, type]) => ({ ...part, ...type }));
const patchTypeOf = (target: string): fc.Arbitrary<PatchType> =>
  [...WORKLOADS, "events"].includes(target)
    ? of("merge", "json", "strategic")
    : of("merge", "json", "strategic", "apply");

export const patch: Make = (target) =>
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
                ...(type === "apply" ? [] : [{ arbitrary: typed(target, sub), weight: 1 }]),
                { arbitrary: of<unknown>([], null, "x", {}), weight: 1 },
              ),
        version: maybe(written, 1),
      })
      .map(defined),
  );
