import type { Ref } from "../../kubernetes/objects.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import { openAccount } from "../apiserver/account.ts";
import type { ApiClient } from "../apiserver/client.ts";
import { lockKinds } from "../apiserver/trial.ts";
import type { TrialOptions } from "../home.ts";
import { CA_MAP } from "./kind-pods-spec.ts";
import { makeUserObjects, userToken } from "./user-objects.ts";
import type { PodHands } from "./pod-hands.ts";

/** What a closing trial's replicas get between SIGTERM and SIGKILL. */
const CLOSING_GRACE_SECONDS = 1;

/**
 * Makes a trial's namespace with all that its pods find in it: the gates' CA, an account, and what the user's own
 * manifests hold beside the workload. A token of the account; nothing of it stays when it fails.
 */
export async function openNamespace(client: ApiClient, options: TrialOptions, ca: string): Promise<string> {
  const { namespace, elector } = options;
  const { manifests } = elector;
  await client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  try {
    const data = { "ca.crt": ca };
    await client.create("configmaps", namespace, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: CA_MAP },
      data,
    });
    if (manifests !== undefined) await makeUserObjects(client, namespace, manifests);
    if (manifests?.account !== undefined) return await userToken(client, namespace, manifests.account);
    return await openAccount(client, namespace, lockKinds(options));
  } catch (error) {
    await removeNamespace(client, namespace).catch(() => {}); // the error itself is told
    throw error;
  }
}

/** Asks for a namespace's end; nobody waits for it. */
export async function removeNamespace(client: ApiClient, name: string): Promise<void> {
  await client.remove({ resource: "namespaces", namespace: "", name });
}

/** Ends the replicas of a trial and waits for that. */
export async function endTrial(client: ApiClient, workload: Ref, pods: PodHands | undefined): Promise<void> {
  const { namespace } = workload;
  try {
    await client.remove(workload);
    const { items } = await client.list({ resource: "replicasets", namespace });
    await Promise.all(items.map((set) => client.remove(refOf("replicasets", set))));
    for (const pod of pods?.all() ?? []) {
      await pod.signal("CONT", AbortSignal.timeout(10_000)); // a frozen one could not obey
      await client.remove(refOf("pods", pod.pod), { gracePeriodSeconds: CLOSING_GRACE_SECONDS });
    }
  } finally {
    await pods?.[Symbol.asyncDispose]();
  }
}
