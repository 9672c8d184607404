import type { LockKind } from "../../core/elector.ts";
import { HarnessError } from "../../core/errors.ts";
import { lockResource } from "../../core/lock.ts";
import { rulesFor } from "../apiserver/account.ts";
import type { ApiClient } from "../apiserver/client.ts";

/** Verbs on a resource ("pods", "pods/log") of an API group ("" is the core). */
export type Rule = {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Of the whole cluster, in no namespace. */
  readonly everywhere?: true;
};

/** What a trial does, as far as it decides what its harness must be allowed to do. */
export type Deeds = {
  readonly kinds: readonly LockKind[];
  readonly workload: "deployments" | "daemonsets";
  /** Pods' own pages are asked (observe: http or metrics). */
  readonly asks: boolean;
  /** The nodes' programs are not at hand: pods are reached, and their logs read, through the API. */
  readonly relayed: boolean;
  /** Nodes are drained. */
  readonly drains: boolean;
};

const APPS = "apps";
const RBAC = "rbac.authorization.k8s.io";

/** All that a trial asks of the API, one rule for each resource. */
export function rulesOf({ kinds, workload, asks, relayed, drains }: Deeds): readonly Rule[] {
  const core = (resource: string, ...verbs: string[]): Rule => ({ group: "", resource, verbs });
  const own: readonly Rule[] = [
    { ...core("namespaces", "get", "create", "delete"), everywhere: true },
    core("serviceaccounts", "create"),
    core("serviceaccounts/token", "create"),
    core("configmaps", "create"),
    core("events", "list", "watch"),
    core("pods", "list", "watch", "patch", "delete"),
    { group: RBAC, resource: "roles", verbs: ["create"] },
    { group: RBAC, resource: "rolebindings", verbs: ["create"] },
    { group: APPS, resource: workload, verbs: ["get", "list", "watch", "create", "patch", "delete"] },
    { group: APPS, resource: "replicasets", verbs: ["list", "delete"] },
    ...(workload === "daemonsets" ? [{ group: APPS, resource: "controllerrevisions", verbs: ["list"] }] : []),
    ...kinds.map((kind): Rule => {
      const group = kind === "Lease" ? "coordination.k8s.io" : "";
      return { group, resource: lockResource[kind], verbs: ["get", "list", "watch", "patch", "delete"] };
    }),
    ...(relayed ? [core("pods/log", "get")] : []),
    ...(asks || relayed ? [core("pods/portforward", "get", "create")] : []),
    ...(drains
      ? [core("pods/eviction", "create"), { ...core("nodes", "get", "patch"), everywhere: true as const }]
      : []),
  ];
  // Nobody may grant what he has not: the electors' own rights are part of it.
  const granted = rulesFor(kinds).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.map((resource): Rule => ({ group, resource, verbs }))),
  );
  return merged([...own, ...granted]);
}

function merged(rules: readonly Rule[]): readonly Rule[] {
  const by = new Map<string, Rule>();
  for (const rule of rules) {
    const key = `${rule.group}/${rule.resource}`;
    const known = by.get(key);
    by.set(key, known === undefined ? rule : { ...known, verbs: [...new Set([...known.verbs, ...rule.verbs])] });
  }
  return [...by.values()];
}

/** Asks the API server for each verb whether it is allowed; the rules that are not, with the verbs that are missing. */
export async function missingOf(
  client: ApiClient,
  rules: readonly Rule[],
  namespace: string,
): Promise<readonly Rule[]> {
  const allowed = async ({ group, resource, everywhere }: Rule, verb: string): Promise<boolean> => {
    const [name, subresource] = resource.split("/");
    const asked = { group, resource: name, ...(subresource && { subresource }), verb };
    const review = await client.create("selfsubjectaccessreviews", "", {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      metadata: {},
      spec: { resourceAttributes: { ...asked, ...(everywhere ? {} : { namespace }) } },
    });
    return (review["status"] as { readonly allowed?: boolean } | undefined)?.allowed === true;
  };
  const asked = rules.map(async (rule) => {
    const answers = await Promise.all(rule.verbs.map((verb) => allowed(rule, verb)));
    return { ...rule, verbs: rule.verbs.filter((_, index) => !answers[index]) };
  });
  return (await Promise.all(asked)).filter(({ verbs }) => verbs.length > 0);
}

/** HarnessError with the list of what is missing, and the role that would do, unless the context's user may do it all. */
export async function checkPermissions(client: ApiClient, context: string, namespace: string, deeds: Deeds) {
  const rules = rulesOf(deeds);
  const missing = await missingOf(client, rules, namespace);
  if (missing.length === 0) return;
  const lines = missing.map(({ group, resource, verbs }) => `  ${named(group, resource)}: ${verbs.join(", ")}`);
  const user = await userOf(client);
  throw new HarnessError(`the context ${context}${user && ` (${user})`} lacks permissions:\n${lines.join("\n")}`, {
    mend: `let who administers the cluster apply this (\`kubectl apply -f -\`):\n${roleText(rules, user)}`,
  });
}

const named = (group: string, resource: string): string => (group === "" ? resource : `${resource}.${group}`);

/** Who the API server says that we are; "" where it is too old to say. */
async function userOf(client: ApiClient): Promise<string> {
  try {
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: {} };
    const { status } = await client.create("selfsubjectreviews", "", review);
    return (status as { readonly userInfo: { readonly username: string } }).userInfo.username;
  } catch {
    return ""; // the message is whole without it
  }
}

const ROLE = "interregnum";
const list = (words: readonly string[]): string => `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;

/** A ClusterRole of the rules, for every trial has a namespace of its own, and its binding to the user. */
export function roleText(rules: readonly Rule[], user: string): string {
  const each = rules.map(
    ({ group, resource, verbs }) =>
      `  - { apiGroups: ${list([group])}, resources: ${list([resource])}, verbs: ${list(verbs)} }`,
  );
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  const subject =
    account === undefined
      ? `{ apiGroup: ${RBAC}, kind: User, name: ${JSON.stringify(user === "" ? "YOUR-USER" : user)} }`
      : `{ kind: ServiceAccount, namespace: ${namespace}, name: ${account} }`;
  return `apiVersion: ${RBAC}/v1
kind: ClusterRole
metadata: { name: ${ROLE} }
rules:
${each.join("\n")}
---
apiVersion: ${RBAC}/v1
kind: ClusterRoleBinding
metadata: { name: ${ROLE} }
roleRef: { apiGroup: ${RBAC}, kind: ClusterRole, name: ${ROLE} }
subjects:
  - ${subject}
`;
}
