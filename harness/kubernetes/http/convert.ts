import { conform } from "../../wire/conform.ts";
import { messageOf } from "../../wire/messages.ts";
import type { Json } from "../../wire/schema.ts";
import type { KubeObject } from "../objects.ts";
import type { Resource } from "../resources.ts";

/** events.k8s.io names on the left, core names, in which events are stored, on the right. */
const renamed: readonly (readonly [served: string, stored: string])[] = [
  ["regarding", "involvedObject"],
  ["note", "message"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
  ["reportingController", "reportingComponent"],
];

function rename(object: Json, pairs: readonly (readonly [string, string])[]): Json {
  const names = new Map(pairs);
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]));
}

/** Whether objects of this resource are stored in another group's form. */
const converts = (resource: Resource): boolean => resource.group === "events.k8s.io";

/** A client's object in the form it is stored in. */
export function toStored(resource: Resource, object: Json): Json {
  return converts(resource) ? { ...rename(object, renamed), apiVersion: "v1", kind: "Event" } : object;
}

/** A stored object in the form this group serves. */
export function toServed(resource: Resource, object: KubeObject): KubeObject {
  if (!converts(resource)) return object;
  const back = rename(
    object,
    renamed.map(([served, stored]) => [stored, served] as const),
  );
  const message = messageOf(resource.apiVersion, resource.kind);
  const body = message === undefined ? back : conform(back, message);
  return { kind: resource.kind, apiVersion: resource.apiVersion, ...body } as KubeObject;
}
