import { kindOf, gateLease, type Features } from "./kinds.ts";
import { equal } from "./equal.ts";
import { invalidObject } from "./errors.ts";
import type { KubeObject, ObjectMeta } from "./objects.ts";
import type { Resource } from "./resources.ts";
import { kindErrors } from "./validate-kind.ts";
import { metaErrors, metaUpdateErrors } from "./validate-meta.ts";

/** A new object's own fields: what only the server may say. */
export type Birth = { readonly uid: string; readonly creationTimestamp: string; readonly features: Features };

const hasStatus = (resource: Resource): boolean => resource.subresources.includes("status");

function bare(metadata: ObjectMeta): ObjectMeta {
  const {
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    selfLink: _link,
    resourceVersion: _version,
    ...rest
  } = metadata;
  return rest;
}

/** The object as it would be created: system fields set, defaults filled in, status its own. Throws 422. */
export function prepareCreate(resource: Resource, object: KubeObject, birth: Birth): KubeObject {
  const kind = kindOf(resource.name);
  const { uid, creationTimestamp } = birth;
  const metadata: ObjectMeta = {
    ...bare(object.metadata),
    uid,
    ...(resource.generation ? { generation: 1 } : {}),
    creationTimestamp,
  };
  let next = kind.defaults?.({ ...object, metadata }) ?? { ...object, metadata };
  if (resource.name === "leases") next = gateLease(next, birth.features);
  if (hasStatus(resource)) next = withStatus(next, kind.status?.(next));
  const own = kindErrors(resource.name, next);
  // An event's own validation looks at the event alone, and its metadata is looked at once that has passed.
  const alone = resource.name === "events" && own.length > 0;
  const errors = alone ? own : [...metaErrors(next.metadata, resource), ...own];
  if (errors.length > 0) throw invalidObject(resource, next.metadata.name ?? "", errors);
  return next;
}

function withStatus(object: KubeObject, status: unknown): KubeObject {
  const { status: _status, ...rest } = object;
  return (status === undefined ? rest : { ...rest, status }) as KubeObject;
}

const qosOf = (pod: KubeObject): object => {
  const { qosClass } = (pod["status"] ?? {}) as { readonly qosClass?: string };
  return qosClass === undefined ? {} : { qosClass };
};

/** What a write of the status cannot change. */
function keptByStatus(resource: Resource, object: KubeObject, previous: KubeObject): KubeObject {
  const kept = resource.name === "pods" ? "ownerReferences" : resource.name === "deployments" ? "labels" : undefined;
  if (kept === undefined) return object;
  // Nor does a pod lose its class of service.
  const status = resource.name === "pods" ? { ...qosOf(previous), ...(object["status"] as object) } : object["status"];
  const { [kept]: _new, ...rest } = object.metadata;
  const old = previous.metadata[kept];
  const metadata = { ...rest, ...(old === undefined ? {} : { [kept]: old }) } as ObjectMeta;
  return { ...withStatus(object, status), metadata };
}

function withSpec(object: KubeObject, spec: unknown): KubeObject {
  const { spec: _spec, ...rest } = object;
  return (spec === undefined ? rest : { ...rest, spec }) as KubeObject;
}

/** Metadata that an update may leave out or get wrong: the server's own fields, as they were. */
function inherit(next: ObjectMeta, previous: ObjectMeta): ObjectMeta {
  const kept = ["deletionTimestamp", "deletionGracePeriodSeconds", "uid", "namespace"] as const;
  const { generation: _generation, selfLink: _link, resourceVersion: _version, ...rest } = next;
  const missing = kept.flatMap((name) =>
    rest[name] === undefined && previous[name] !== undefined ? [[name, previous[name]]] : [],
  );
  return {
    ...rest,
    ...(Object.fromEntries(missing) as Partial<ObjectMeta>),
    ...(previous.generation === undefined ? {} : { generation: previous.generation }),
    ...(previous.creationTimestamp === undefined ? {} : { creationTimestamp: previous.creationTimestamp }),
  };
}

function counted(next: KubeObject, previous: KubeObject, resource: Resource): KubeObject {
  if (!resource.generation) return next;
  const counts = kindOf(resource.name).counts;
  const changed = counts === undefined ? !equal(next["spec"], previous["spec"]) : counts(next, previous);
  if (!changed) return next;
  return { ...next, metadata: { ...next.metadata, generation: (previous.metadata.generation ?? 0) + 1 } };
}

/**
 * The object as it would be stored over `previous`: without the subresource status is as it was, with it everything
 * but status and metadata. Throws 422.
 */
export function prepareUpdate(
  resource: Resource,
  object: KubeObject,
  previous: KubeObject,
  subresource: "status" | undefined,
  features: Features,
): KubeObject {
  let next: KubeObject = { ...object, metadata: inherit(object.metadata, previous.metadata) };
  if (subresource === "status") {
    next = keptByStatus(resource, withSpec(next, previous["spec"]), previous);
  } else {
    next = kindOf(resource.name).defaults?.(next) ?? next;
    if (resource.name === "leases") next = gateLease(next, features, previous);
    if (hasStatus(resource)) next = withStatus(next, previous["status"]);
    next = counted(next, previous, resource);
  }
  const errors = [
    ...metaUpdateErrors(next.metadata, previous.metadata, resource),
    ...kindErrors(resource.name, next, subresource === undefined ? previous : undefined),
  ];
  if (errors.length > 0) throw invalidObject(resource, next.metadata.name, errors);
  return next;
}
