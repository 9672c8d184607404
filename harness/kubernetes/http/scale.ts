import { isJson, type Json } from "../../wire/schema.ts";
import { badRequest, invalid, invalidValue, modified, notFound } from "../errors.ts";
import { accept } from "../accept.ts";
import type { KubeObject } from "../objects.ts";
import { jsonPatch } from "../patch/json.ts";
import { mergePatch } from "../patch/merge.ts";
import type { Store, WriteOptions } from "../store.ts";
import { readObject, readPatch, type Body } from "./input.ts";
import type { ObjectRoute } from "./route.ts";

const SCALE = { apiVersion: "autoscaling/v1", kind: "Scale" } as const;

const inner = (object: unknown, name: string): Json => {
  const value = isJson(object) ? object[name] : undefined;
  return isJson(value) ? value : {};
};

function scaleOf(object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = inner(object, "spec")["replicas"];
  const labels = inner(inner(inner(object, "spec"), "selector"), "matchLabels");
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(",");
  return {
    ...SCALE,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: inner(object, "status")["replicas"] ?? 0, ...(selector === "" ? {} : { selector }) },
  };
}

function wanted(next: Json, name: string): number {
  const replicas = inner(next, "spec")["replicas"] ?? 0;
  if (typeof replicas !== "number") throw badRequest("spec.replicas is no number");
  if (replicas < 0)
    throw invalid("Scale", "autoscaling", name, [
      invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  return replicas;
}

function asked(route: ObjectRoute, shown: KubeObject, body: Body): Json {
  if (route.verb === "update") return readObject(body, SCALE);
  const { type, value } = readPatch(body);
  const result = type === "json" && Array.isArray(value) ? jsonPatch(shown, value) : mergePatch(shown, value);
  if (!isJson(result)) throw badRequest("the patch leaves no object");
  return result;
}

/** get, update and patch of a workload's scale subresource. */
export function scale(store: Store, route: ObjectRoute, body: Body, options: WriteOptions): KubeObject {
  const ref = { resource: route.resource.name, namespace: route.namespace, name: route.name };
  const current = store.get(ref);
  if (current === undefined) throw notFound(route.resource, route.name);
  const shown = scaleOf(current);
  if (route.verb === "get") return shown;
  const next = asked(route, shown, body);
  const version = inner(next, "metadata")["resourceVersion"];
  if (version !== undefined && version !== "" && version !== current.metadata.resourceVersion)
    throw modified(route.resource, route.name);
  const spec = { ...inner(current, "spec"), replicas: wanted(next, route.name) };
  return scaleOf(store.update(ref.resource, accept(route.resource, { ...current, spec }), undefined, options));
}
