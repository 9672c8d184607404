import { setTimeout as sleep } from "node:timers/promises";
import type { LockKind } from "../../core/elector.ts";
import { lockResource } from "../../core/lock.ts";
import { ApiError } from "../../kubernetes/errors.ts";
import type { ApiClient } from "./client.ts";

/** The replicas' ServiceAccount, one a trial. */
export const ACCOUNT = "elector";

const RBAC = { group: "rbac.authorization.k8s.io", version: "rbac.authorization.k8s.io/v1" };
const LOCK_VERBS = ["get", "list", "watch", "create", "update", "patch", "delete"];
/** Longer than any trial; a token cannot be asked for with less than ten minutes. */
const TOKEN_SECONDS = 6 * 3600;

/** What an election needs: its lock (a Lease may stand beside another kind), its Events, and its own pods to look at. */
export const rulesFor = (kinds: readonly LockKind[]) => [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: LOCK_VERBS },
  ...kinds
    .filter((kind) => kind !== "Lease")
    .map((kind) => ({ apiGroups: [""], resources: [lockResource[kind]], verbs: LOCK_VERBS })),
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch", "update"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
];

/** A Role that was made is seen by whoever checks who may bind it a moment later; that moment is granted, in ms. */
const SEEN_WITHIN = 10_000;

async function onceSeen(bind: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + SEEN_WITHIN;
  for (;;)
    try {
      return void (await bind());
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404 || performance.now() > deadline) throw error;
      await sleep(100);
    }
}

/** Makes the ServiceAccount with the verbs that locks of these kinds need in their namespace; returns a token of it. */
export async function openAccount(client: ApiClient, namespace: string, kinds: readonly LockKind[]): Promise<string> {
  const metadata = { name: ACCOUNT };
  await Promise.all([
    client.create("serviceaccounts", namespace, { apiVersion: "v1", kind: "ServiceAccount", metadata }),
    client.create("roles", namespace, { apiVersion: RBAC.version, kind: "Role", metadata, rules: rulesFor(kinds) }),
  ]);
  const binding = {
    apiVersion: RBAC.version,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: RBAC.group, kind: "Role", name: ACCOUNT },
    subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace }],
  };
  await onceSeen(() => client.create("rolebindings", namespace, binding));
  return tokenOf(client, namespace, ACCOUNT);
}

/** A token of a ServiceAccount that is there. */
export async function tokenOf(client: ApiClient, namespace: string, name: string): Promise<string> {
  const request = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: { name },
    spec: { expirationSeconds: TOKEN_SECONDS },
  };
  const answer = await client.create("serviceaccounts", namespace, request, "token");
  return (answer["status"] as { readonly token: string }).token;
}
