import { HarnessError } from "../../core/errors.ts";
import type { Ref } from "../../kubernetes/objects.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import type { ApiClient } from "../apiserver/client.ts";
import type { PodHands } from "./pod-hands.ts";

/** What a closing trial's replicas get between SIGTERM and SIGKILL. */
const CLOSING_GRACE_SECONDS = 1;
/** A namespace's end is waited for so long, in ms. */
const ENDED_WITHIN_MS = 180_000;

/** A namespace that a run before left may still be on its way out. */
export async function makeNamespace(client: ApiClient, name: string, signal: AbortSignal): Promise<void> {
  const ref = { resource: "namespaces", namespace: "", name };
  const deadline = performance.now() + ENDED_WITHIN_MS;
  while ((await client.get(ref)) !== undefined) {
    if (performance.now() > deadline)
      throw new HarnessError(`the namespace ${name} of another run is still there`, {
        mend: "wait until it has ended, or run `interregnum clean`",
      });
    await client.remove(ref);
    await new Promise((resolve) => setTimeout(resolve, 500));
    signal.throwIfAborted();
  }
  await client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

/** Asks for a namespace's end; nobody waits for it. */
export async function removeNamespace(client: ApiClient, name: string): Promise<void> {
  await client.remove({ resource: "namespaces", namespace: "", name });
}

/** Ends the replicas and waits for that; the namespace's end nobody waits for. */
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
  await removeNamespace(client, namespace);
}
