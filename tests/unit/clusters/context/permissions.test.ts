import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { roleText, rulesOf, type Deeds } from "../../../../harness/clusters/context/permissions.ts";

const least: Deeds = { kinds: ["Lease"], workload: "deployments", asks: false, relayed: false, drains: false };
const words = (deeds: Deeds): readonly string[] =>
  rulesOf(deeds).flatMap(({ group, resource, verbs }) => verbs.map((verb) => `${verb} ${group}/${resource}`));

test("only what a trial does is asked for", () => {
  const base = words(least);
  expect(base).toContain("create /namespaces");
  expect(base).toContain("update coordination.k8s.io/leases"); // granted to the electors
  for (const not of ["patch /nodes", "create /pods/portforward", "update /endpoints"]) expect(base).not.toContain(not);
  const more = (deeds: Partial<Deeds>) => words({ ...least, ...deeds }).filter((word) => !base.includes(word));
  expect(more({ drains: true })).toEqual(["create /pods/eviction", "get /nodes", "patch /nodes"]);
  expect(more({ relayed: true })).toEqual(["get /pods/log", "get /pods/portforward", "create /pods/portforward"]);
  expect(more({ asks: true })).toEqual(["get /pods/portforward", "create /pods/portforward"]);
  expect(more({ kinds: ["Endpoints", "Lease"] })).toContain("update /endpoints");
  expect(more({ workload: "daemonsets" })).toContain("list apps/controllerrevisions");
});

test("each verb is asked for once", () => {
  const all = words({ ...least, kinds: ["Lease", "ConfigMap"], relayed: true, drains: true });
  expect(new Set(all).size).toBe(all.length);
});

test("the role can be applied as it is, and is bound to whom the server says that we are", () => {
  const rules = rulesOf(least);
  const [role, binding] = [parseAllDocuments(roleText(rules, "system:serviceaccount:ci:runner"))]
    .flat()
    .map((document) => document.toJS() as Record<string, never>);
  expect(role).toMatchObject({ kind: "ClusterRole", metadata: { name: "interregnum" } });
  expect(role?.["rules"]).toEqual(
    rules.map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs })),
  );
  expect(binding).toMatchObject({
    kind: "ClusterRoleBinding",
    subjects: [{ kind: "ServiceAccount", namespace: "ci", name: "runner" }],
  });
  expect(roleText(rules, "jane@example.org")).toContain('kind: User, name: "jane@example.org"');
});
