import { isJson, type Json } from "../wire/schema.ts";
import { equal } from "./equal.ts";
import type { KubeObject } from "./objects.ts";
import { podDefaults, qosClass, templateDefaults } from "./pod-defaults.ts";

/** What a kind does to an object on its way in, beside what all kinds do. */
export type Kind = {
  /** Fills in what the API would, for create and update alike. */
  readonly defaults?: (object: KubeObject) => KubeObject;
  /** The status a new object has. */
  readonly status?: (object: KubeObject) => unknown;
  /** Whether this update counts as a new generation; absent: when spec changed. */
  readonly counts?: (next: KubeObject, previous: KubeObject) => boolean;
};

/** What the API has behind a gate that is off by default. */
export type Features = { readonly coordinatedLeaderElection: boolean };

const specOf = (object: KubeObject): Json => (isJson(object["spec"]) ? object["spec"] : {});

function withTemplate(spec: Json): Json {
  const template = isJson(spec["template"]) ? spec["template"] : {};
  if (!isJson(template["spec"])) return spec;
  return { ...spec, template: { ...template, spec: templateDefaults(template["spec"]) } };
}

const spec =
  (fill: (spec: Json) => Json) =>
  (object: KubeObject): KubeObject => ({ ...object, spec: fill(specOf(object)) });

function rollingUpdate(given: unknown, absent: Json): Json {
  const strategy = isJson(given) ? given : {};
  const type = strategy["type"] ?? "RollingUpdate";
  if (type !== "RollingUpdate") return { ...strategy, type };
  const values = isJson(strategy["rollingUpdate"]) ? strategy["rollingUpdate"] : {};
  return { ...strategy, type, rollingUpdate: { ...absent, ...values } };
}

function secret(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object as KubeObject & { stringData?: Record<string, string> };
  const data = isJson(object["data"]) ? object["data"] : {};
  const given = Object.entries(stringData ?? {}).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  const all = { ...data, ...Object.fromEntries(given) };
  return {
    ...rest,
    ...(Object.keys(all).length > 0 ? { data: all } : {}),
    type: object["type"] ?? "Opaque",
  } as KubeObject;
}

/** Of the Secrets that it names a ServiceAccount keeps the names. */
function serviceAccount(object: KubeObject): KubeObject {
  const { secrets } = object;
  if (!Array.isArray(secrets)) return object;
  return { ...object, secrets: secrets.map(({ name }: Json) => (name === undefined ? {} : { name })) };
}

function namespace(object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    spec: { finalizers: ["kubernetes"], ...specOf(object) },
  };
}

function endpoints(object: KubeObject): KubeObject {
  const subsets = object["subsets"];
  if (!Array.isArray(subsets)) return object;
  const filled = subsets.map((subset: Json) => {
    const ports = Array.isArray(subset["ports"]) ? subset["ports"] : [];
    return ports.length === 0
      ? subset
      : { ...subset, ports: ports.map((port: Json) => ({ protocol: "TCP", ...port })) };
  });
  return { ...object, subsets: filled };
}

function endpointSlice(object: KubeObject): KubeObject {
  const { ports } = object;
  return Array.isArray(ports)
    ? { ...object, ports: ports.map((port: Json) => ({ name: "", protocol: "TCP", ...port })) }
    : object;
}

const withoutMeta = ({ metadata: _metadata, ...rest }: KubeObject): Json => rest;

const table: Readonly<Record<string, Kind>> = {
  namespaces: { defaults: namespace, status: () => ({ phase: "Active" }), counts: () => false },
  pods: { defaults: spec(podDefaults), status: (pod) => ({ phase: "Pending", qosClass: qosClass(specOf(pod)) }) },
  secrets: { defaults: secret },
  serviceaccounts: { defaults: serviceAccount },
  endpoints: { defaults: endpoints },
  endpointslices: {
    defaults: endpointSlice,
    counts: (next, previous) =>
      !equal(withoutMeta(next), withoutMeta(previous)) || !equal(next.metadata.labels, previous.metadata.labels),
  },
  deployments: {
    defaults: spec((given) => ({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...withTemplate(given),
      strategy: rollingUpdate(given["strategy"], { maxUnavailable: "25%", maxSurge: "25%" }),
    })),
    status: () => ({}),
    counts: (next, previous) =>
      !equal(next["spec"], previous["spec"]) || !equal(next.metadata.annotations, previous.metadata.annotations),
  },
  replicasets: {
    defaults: spec((given) => ({ replicas: 1, ...withTemplate(given) })),
    status: () => ({ replicas: 0 }),
  },
  daemonsets: {
    defaults: spec((given) => ({
      revisionHistoryLimit: 10,
      ...withTemplate(given),
      updateStrategy: rollingUpdate(given["updateStrategy"], { maxUnavailable: 1, maxSurge: 0 }),
    })),
    status: () => ({
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    }),
  },
};

export const kindOf = (resource: string): Kind => table[resource] ?? {};

/** A Lease without the fields of coordinated election where that is not enabled, as the API drops them. */
export function gateLease(object: KubeObject, features: Features, previous?: KubeObject): KubeObject {
  const before = previous === undefined ? {} : specOf(previous);
  if (features.coordinatedLeaderElection || "strategy" in before || "preferredHolder" in before) return object;
  const { strategy: _strategy, preferredHolder: _preferred, ...rest } = specOf(object);
  return { ...object, spec: rest };
}
