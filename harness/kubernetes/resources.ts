import type { KubeObject } from "./objects.ts";

export type NameRule = "subdomain" | "label" | "service" | "any";

/** A resource the API serves. `group` is "" for core; `registry` is its key in the real etcd, as error texts show it. */
export type Resource = {
  readonly name: string;
  readonly kind: string;
  readonly singular: string;
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** All of them can be deleted by one request. */
  readonly clearable: boolean;
  readonly subresources: readonly ("status" | "scale" | "eviction")[];
  readonly registry: string;
  /** How names are checked. */
  readonly names: NameRule;
  /** A PUT may come without a resourceVersion. */
  readonly unconditional: boolean;
  /** A PUT of an absent object creates it. */
  readonly createOnUpdate: boolean;
  /** metadata.generation counts changes of spec. */
  readonly generation: boolean;
  /** A DELETE answers with the object, not with a Status. */
  readonly returnsDeleted: boolean;
  /** What objects lend their name to, which should be fit for a host's then. */
  readonly hostname?: string;
  /** What every answer warns of. */
  readonly deprecated?: string;
  /** Field selectors beside metadata.name and metadata.namespace: label → where it is in the object. */
  readonly fields: Readonly<Record<string, (object: KubeObject) => string>>;
};

type Row = Partial<Omit<Resource, "name" | "kind" | "apiVersion">>;

function resource(name: string, kind: string, row: Row = {}): Resource {
  const group = row.group ?? "";
  const version = row.version ?? "v1";
  return {
    name,
    kind,
    group,
    version,
    apiVersion: group === "" ? version : `${group}/${version}`,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    categories: [],
    clearable: true,
    subresources: [],
    registry: name,
    names: "subdomain",
    unconditional: true,
    createOnUpdate: false,
    generation: false,
    returnsDeleted: false,
    fields: {},
    ...row,
  };
}

const at =
  (...path: readonly string[]) =>
  (object: KubeObject): string => {
    let value: unknown = object;
    for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
    return typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  };

const fieldsAt = (...paths: readonly string[]): Resource["fields"] =>
  Object.fromEntries(paths.map((path) => [path, at(...path.split("."))]));

const reference = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];
const eventFields = {
  ...fieldsAt(...reference.map((each) => `involvedObject.${each}`), "reason", "reportingComponent", "type"),
  source: at("source", "component"),
};

const eventsFields = {
  ...Object.fromEntries(reference.map((each) => [`regarding.${each}`, at("involvedObject", each)])),
  ...fieldsAt("reason", "type"),
  reportingController: at("reportingComponent"),
};

const workload = { group: "apps", generation: true, categories: ["all"] } as const;

/** Everything that is served. events.k8s.io shares its objects with core, which is the form they are stored in. */
export const resources: readonly Resource[] = [
  resource("namespaces", "Namespace", {
    namespaced: false,
    shortNames: ["ns"],
    clearable: false,
    subresources: ["status"],
    names: "label",
    fields: fieldsAt("status.phase"),
  }),
  resource("nodes", "Node", {
    namespaced: false,
    shortNames: ["no"],
    subresources: ["status"],
    registry: "minions",
    fields: fieldsAt("spec.unschedulable"),
  }),
  resource("pods", "Pod", {
    hostname: "the Pod's hostname",
    shortNames: ["po"],
    categories: ["all"],
    subresources: ["status", "eviction"],
    generation: true,
    returnsDeleted: true,
    fields: fieldsAt(
      "spec.nodeName",
      "spec.restartPolicy",
      "spec.schedulerName",
      "spec.serviceAccountName",
      "status.phase",
      "status.podIP",
      "status.nominatedNodeName",
    ),
  }),
  resource("configmaps", "ConfigMap", { shortNames: ["cm"] }),
  resource("secrets", "Secret", { fields: fieldsAt("type") }),
  resource("serviceaccounts", "ServiceAccount", { shortNames: ["sa"], returnsDeleted: true }),
  resource("services", "Service", {
    shortNames: ["svc"],
    categories: ["all"],
    subresources: ["status"],
    registry: "services/specs",
    names: "service",
    createOnUpdate: true,
    returnsDeleted: true,
    fields: fieldsAt("spec.clusterIP", "spec.type"),
  }),
  resource("endpoints", "Endpoints", {
    shortNames: ["ep"],
    registry: "services/endpoints",
    createOnUpdate: true,
    deprecated: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  }),
  resource("events", "Event", { shortNames: ["ev"], createOnUpdate: true, names: "any", fields: eventFields }),
  resource("events", "Event", {
    group: "events.k8s.io",
    shortNames: ["ev"],
    createOnUpdate: true,
    fields: eventsFields,
  }),
  resource("leases", "Lease", { group: "coordination.k8s.io", unconditional: false, createOnUpdate: true }),
  resource("deployments", "Deployment", {
    ...workload,
    hostname: "Pod names and hostnames",
    shortNames: ["deploy"],
    subresources: ["scale", "status"],
  }),
  resource("replicasets", "ReplicaSet", {
    ...workload,
    hostname: "Pod names and hostnames",
    shortNames: ["rs"],
    subresources: ["scale", "status"],
  }),
  resource("daemonsets", "DaemonSet", { ...workload, shortNames: ["ds"], subresources: ["status"] }),
  resource("endpointslices", "EndpointSlice", { group: "discovery.k8s.io", generation: true }),
];

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;

/** What can be done with the objects of a resource. */
export const verbsOf = ({ clearable }: Resource): readonly string[] =>
  VERBS.filter((verb) => clearable || verb !== "deletecollection");

const byName = new Map<string, Resource>();
for (const each of resources) if (!byName.has(each.name)) byName.set(each.name, each);

/** The resource by its plural, in the form it is stored in; undefined when it is not served. */
export const storedResource = (name: string): Resource | undefined => byName.get(name);

/** The resource as one API group serves it. */
export const servedResource = (group: string, version: string, name: string): Resource | undefined =>
  resources.find((each) => each.group === group && each.version === version && each.name === name);

/** `leases.coordination.k8s.io`: how errors name a resource or a kind. */
export const qualified = (name: string, group: string): string => (group === "" ? name : `${name}.${group}`);
