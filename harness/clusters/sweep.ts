import type { ObjectStore } from "../kubernetes/objects.ts";
import { refOf } from "../kubernetes/rollout/action.ts";

/** From owner to owned, so that nothing is made anew between. */
const workloads = ["deployments", "daemonsets", "replicasets"] as const;
const contents = [
  ...workloads,
  "pods",
  "leases",
  "configmaps",
  "endpoints",
  "endpointslices",
  "services",
  "serviceaccounts",
  "secrets",
  "events",
] as const;

/** Deletes what makes pods, in one turn; the pods are left to their kubelet. */
export function dropWorkloads(store: ObjectStore, namespace: string): void {
  for (const resource of workloads)
    for (const object of store.list(resource, namespace)) store.remove(refOf(resource, object));
}

/** Deletes all that a namespace holds, and the namespace. */
export function emptyNamespace(store: ObjectStore, namespace: string): void {
  for (const resource of contents)
    for (const object of store.list(resource, namespace))
      store.remove(refOf(resource, object), resource === "pods" ? { gracePeriodSeconds: 0 } : {});
  const ref = { resource: "namespaces", namespace: "", name: namespace };
  if (store.get(ref) !== undefined) store.remove(ref);
}
