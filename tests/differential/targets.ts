/** What requests are about: a resource as one API group serves it. */
export type Target = {
  readonly resource: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly subs: readonly ("" | "status" | "scale")[];
};

const target = (
  apiVersion: string,
  resource: string,
  kind: string,
  ...subs: readonly ("status" | "scale")[]
): Target => ({
  resource,
  apiVersion,
  kind,
  subs: ["", ...subs],
});

export const targets: Readonly<Record<string, Target>> = {
  leases: target("coordination.k8s.io/v1", "leases", "Lease"),
  configmaps: target("v1", "configmaps", "ConfigMap"),
  secrets: target("v1", "secrets", "Secret"),
  serviceaccounts: target("v1", "serviceaccounts", "ServiceAccount"),
  endpoints: target("v1", "endpoints", "Endpoints"),
  endpointslices: target("discovery.k8s.io/v1", "endpointslices", "EndpointSlice"),
  events: target("v1", "events", "Event"),
  "events.k8s.io": target("events.k8s.io/v1", "events", "Event"),
  pods: target("v1", "pods", "Pod", "status"),
  deployments: target("apps/v1", "deployments", "Deployment", "status", "scale"),
  replicasets: target("apps/v1", "replicasets", "ReplicaSet", "status", "scale"),
  daemonsets: target("apps/v1", "daemonsets", "DaemonSet", "status"),
};

/** The path of a target in a namespace; `name` may be "". */
export function pathOf({ apiVersion, resource }: Target, namespace: string, name: string, sub = ""): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const parts = [resource, ...(name === "" ? [] : [encodeURIComponent(name)]), ...(sub === "" ? [] : [sub])];
  return `${root}/namespaces/${namespace}/${parts.join("/")}`;
}
