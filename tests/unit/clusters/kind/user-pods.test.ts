import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAlone } from "../../../../harness/clusters/kind/beside.ts";
import { kindPods } from "../../../../harness/clusters/kind/kind-pods-spec.ts";
import { CONTAINER_NAME } from "../../../../harness/clusters/kind/pod-processes.ts";
import { userPods } from "../../../../harness/clusters/kind/user-pods.ts";
import { millis } from "../../../../harness/core/time.ts";
import { fixedVariables } from "../../../../harness/electors/environment.ts";
import type { Container, PodSpec } from "../../../../harness/kubernetes/rollout/types.ts";

const options = {
  timing: { leaseDuration: millis(4000), renewDeadline: millis(2000), retryPeriod: millis(1000) },
  election: "interregnum",
  address: "172.18.0.1",
};
const patched = (spec: PodSpec, env: Readonly<Record<string, string>> = {}): PodSpec =>
  userPods(spec, { env }, options);
type Env = readonly { readonly name: string; readonly value?: string }[];
const envOf = (container: Container): Env => container.env ?? [];
const valuesOf = (container: Container, name: string) => envOf(container).filter((each) => each.name === name);
const podOf = (...env: Env): PodSpec => ({ containers: [{ name: "manager", image: "m", env }] });

describe("pods of a user's own", () => {
  test("find what every replica finds", () => {
    const names = (spec: PodSpec) => new Set(envOf(spec.containers[0]!).map(({ name }) => name));
    expect(names(patched(podOf()))).toEqual(names(kindPods(podOf(), { name: "m", built: false }, options)));
  });

  test("keep their own variables, but for those of the gate", () => {
    const [container] = patched(
      podOf(
        { name: "POD_NAME", value: "mine" },
        { name: "A", value: "$(POD_NAMESPACE)" },
        { name: "KUBERNETES_SERVICE_HOST", value: "10.0.0.1" },
      ),
    ).containers;
    expect(valuesOf(container!, "POD_NAME")).toEqual([{ name: "POD_NAME", value: "mine" }]);
    expect(valuesOf(container!, "KUBERNETES_SERVICE_HOST")).toEqual([
      { name: "KUBERNETES_SERVICE_HOST", value: "172.18.0.1" },
    ]);
    const names = envOf(container!).map(({ name }) => name);
    expect(names.indexOf("POD_NAMESPACE")).toBeLessThan(names.indexOf("A")); // a kubelet fills in what came before
  });

  test("take elector.yaml's env over their own", () => {
    const [container] = patched(podOf({ name: "A", value: "theirs" }), { A: "mine" }).containers;
    expect(valuesOf(container!, "A")).toEqual([{ name: "A", value: "mine" }]);
  });

  test("find the gate's CA where they mount a token of their own, in init containers too", () => {
    const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
    const mounted = {
      name: "a",
      volumeMounts: [
        { name: "token", mountPath: folder },
        { name: "b", mountPath: "/b" },
      ],
    };
    const spec = patched({
      containers: [mounted],
      initContainers: [mounted],
      volumes: [{ name: "token" }, { name: "b" }],
    });
    for (const each of [spec.containers[0], (spec["initContainers"] as readonly unknown[])[0]])
      expect(each).toMatchObject({
        volumeMounts: [{ name: "b" }, { name: "interregnum" }, { name: "interregnum-account", mountPath: folder }],
      });
    expect(spec["volumes"]).toMatchObject([
      { name: "token" },
      { name: "b" },
      { name: "interregnum" },
      { name: "interregnum-account" },
    ]);
  });

  test("are told apart by the name that each container finds", () => {
    const spec = patched({ containers: [{ name: "a" }, { name: "b" }], initContainers: [{ name: "c" }] });
    for (const each of [...spec.containers, ...(spec["initContainers"] as readonly Container[])])
      expect(valuesOf(each, CONTAINER_NAME)).toEqual([{ name: CONTAINER_NAME, value: each.name }]);
    expect([isAlone({ containers: [{ name: "a" }] }), isAlone(spec)]).toEqual([true, false]);
    expect(isAlone({ containers: [{ name: "a" }], initContainers: [{ name: "c" }] })).toBe(false);
  });

  test("run as the account that they name, or as one that is supplied", () => {
    expect(patched({ ...podOf(), serviceAccount: "old" })).toMatchObject({ serviceAccountName: "elector" });
    const piece = {
      object: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" } },
      file: "f",
      line: 1,
    };
    const manifests = { workload: piece, container: "manager", account: "mine", objects: [], notes: [] };
    const spec = userPods({ ...podOf(), serviceAccount: "old" }, { env: {}, manifests }, options);
    expect(spec["serviceAccountName"]).toBe("mine");
    expect(spec["serviceAccount"]).toBeUndefined();
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const variable = fc.record({ name: fc.stringMatching(/^[A-Z][A-Z_]{0,12}$/), value: fc.string() });
const container = fc.record(
  {
    name,
    image: fc.string({ minLength: 1 }),
    command: fc.array(fc.string()),
    args: fc.array(fc.string()),
    env: fc.uniqueArray(variable, { selector: (each) => each.name }),
    volumeMounts: fc.array(fc.record({ name, mountPath: fc.stringMatching(/^\/[a-z]{1,8}$/) })),
    livenessProbe: fc.record({ httpGet: fc.record({ port: fc.nat(), path: fc.string() }) }),
    lifecycle: fc.object({ maxDepth: 1 }),
    resources: fc.object({ maxDepth: 1 }),
    securityContext: fc.object({ maxDepth: 1 }),
  },
  { requiredKeys: ["name"] },
);
const podSpec = fc.record(
  {
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(container, { maxLength: 2 }),
    volumes: fc.array(fc.record({ name, emptyDir: fc.object({ maxDepth: 1 }) })),
    terminationGracePeriodSeconds: fc.nat(),
    affinity: fc.object({ maxDepth: 1 }),
    tolerations: fc.array(fc.object({ maxDepth: 1 })),
    nodeSelector: fc.dictionary(name, name),
    securityContext: fc.object({ maxDepth: 1 }),
    priorityClassName: name,
  },
  { requiredKeys: ["containers"] },
);

/** What the harness sets in a pod, and in a container. */
const SET = [
  "containers",
  "initContainers",
  "volumes",
  "serviceAccountName",
  "automountServiceAccountToken",
  "schedulingGates",
];
const without = (object: object, fields: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));

test("what a user wrote and the harness does not set is unchanged, and in its order", () => {
  fc.assert(
    fc.property(podSpec, (drawn) => {
      const spec = drawn as unknown as PodSpec;
      const changed = patched(spec);
      expect(without(changed, SET)).toEqual(without(spec, SET));
      expect((changed["volumes"] as unknown[]).slice(0, -2)).toEqual(spec["volumes"] ?? []);
      const all = ({ containers, initContainers = [] }: PodSpec): readonly Container[] => [
        ...containers,
        ...(initContainers as readonly Container[]),
      ];
      expect("initContainers" in changed).toBe("initContainers" in spec);
      for (const [index, before] of all(spec).entries()) {
        const after = all(changed)[index]! as Container & { readonly volumeMounts: readonly unknown[] };
        expect(without(after, ["env", "volumeMounts"])).toEqual(without(before, ["env", "volumeMounts"]));
        expect(after.volumeMounts.slice(0, -2)).toEqual((before as typeof after).volumeMounts ?? []);
        const theirs = envOf(before).filter((each) => !fixedVariables.has(each.name));
        expect(envOf(after).slice(envOf(after).length - theirs.length)).toEqual(theirs);
      }
    }),
  );
});
