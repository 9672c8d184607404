import { isJson, type Json } from "../../wire/schema.ts";
import { methodNotAllowed, notFound } from "../errors.ts";
import type { KubeObject, Ref } from "../objects.ts";
import { goPrint } from "../go-print.ts";
import { checkNames, invalidPatch } from "../patch/patched.ts";
import { decoded } from "../accept.ts";
import type { Resource } from "../resources.ts";
import type { Store, WriteOptions } from "../store.ts";
import { toServed, toStored } from "./convert.ts";
import { evict } from "./eviction.ts";
import { readDeleteOptions, readObject, readPatch, patchTypeOf } from "./input.ts";
import { collection, listReply, selectorOf } from "./list.ts";
import { negotiate, type Format } from "./negotiate.ts";
import { deleteRequest, writeQuery, type DeleteRequest, type WriteQuery } from "./options.ts";
import { success, type Reply } from "./reply.ts";
import type { ObjectRequest } from "./request.ts";
import type { ObjectRoute } from "./route.ts";
import { scale } from "./scale.ts";
import { unknownFields } from "./unknown.ts";

const refOf = ({ resource, namespace, name }: ObjectRoute): Ref => ({ resource: resource.name, namespace, name });

function formatFor({ headers, route }: ObjectRequest): Format {
  const { resource, verb, subresource } = route;
  if (subresource === "scale") return negotiate(headers.accept, "autoscaling/v1", "Scale");
  const many = verb === "list" || verb === "deletecollection";
  const kind = many ? `${resource.kind}List` : resource.kind;
  return negotiate(headers.accept, resource.apiVersion, kind, verb === "list" ? "list" : "one");
}

/** The write's options for the store; unknown fields are warned of or, when strict, refused. */
function optionsOf(query: WriteQuery, { route, warnings }: ObjectRequest): WriteOptions {
  const { resource } = route;
  const onUnknown = unknownFields(resource.kind, resource.version, query.validation, warnings);
  const onWarning = (texts: readonly string[]): void => void warnings.push(...texts);
  return { fieldManager: query.fieldManager, dryRun: query.dryRun, onUnknown, onWarning };
}

const answer = (status: number, request: ObjectRequest, object: KubeObject, format: Format): Reply => ({
  status,
  object: toServed(request.route.resource, object),
  format,
});

type Creation = Parameters<Store["create"]>[2];

function create(request: ObjectRequest, format: Format): Reply {
  const { store, route, query, headers, body } = request;
  const { resource, namespace } = route;
  const options = writeQuery(query, "CreateOptions", headers["user-agent"]);
  const object = toStored(resource, readObject(body, resource));
  const metadata = object["metadata"] ?? {};
  const made = store.create(resource.name, namespace, { ...object, metadata } as Creation, optionsOf(options, request));
  return answer(201, request, made, format);
}

/** The object of a PUT, with the namespace of its URL; its name must be the URL's. */
function named(request: ObjectRequest, object: Json, options: WriteOptions): KubeObject {
  const { resource, namespace, name } = request.route;
  const metadata = isJson(object["metadata"]) ? object["metadata"] : {};
  const placed = { ...object, metadata } as unknown as KubeObject;
  try {
    checkNames(placed, resource, namespace, name);
  } catch (error) {
    const unknown: string[] = [];
    decoded(resource, object, unknown); // a body of the wrong types is told of first, and so are unknown fields
    if (unknown.length > 0) options.onUnknown?.(unknown);
    throw error;
  }
  return resource.namespaced ? { ...placed, metadata: { ...placed.metadata, namespace } } : placed;
}

function update(request: ObjectRequest, format: Format): Reply {
  const { store, route, query, headers, body } = request;
  const { resource, subresource } = route;
  const options = optionsOf(writeQuery(query, "UpdateOptions", headers["user-agent"]), request);
  const object = named(request, toStored(resource, readObject(body, resource)), options);
  const existed = store.get(refOf(route)) !== undefined;
  const status = subresource === "status" ? "status" : undefined;
  const next = store.update(resource.name, object, status, options);
  return answer(existed ? 200 : 201, request, next, format);
}

/** A patch that is held to its fields is refused as a patch, where other bodies are as an object. */
function refuseStrictly(shown: string, paths: readonly string[]): never {
  const texts = paths.map((path) => `unknown field "${path}"`);
  throw invalidPatch(shown, `strict decoding error: ${texts.join(", ")}`);
}

function patch(request: ObjectRequest, format: Format): Reply {
  const { store, route, query, headers, body } = request;
  const { resource, subresource } = route;
  const options = writeQuery(query, "PatchOptions", headers["user-agent"], patchTypeOf(body) === "apply");
  const ref = refOf(route);
  const existed = store.get(ref) !== undefined;
  // Of what is not there not even a broken patch is read.
  if (!existed && patchTypeOf(body) !== "apply") throw notFound(resource, route.name);
  const { type, value } = readPatch(body);
  const stored = isJson(value) && type !== "json" ? toStoredPatch(resource, value, type === "apply") : value;
  const strict = type !== "apply" && options.validation === "Strict";
  const next = store.patch(ref, type, stored, {
    ...optionsOf(options, request),
    ...(strict
      ? {
          onUnknown: (paths: readonly string[]) =>
            refuseStrictly(type === "strategic" ? goPrint(value) : JSON.stringify(value), paths),
        }
      : {}),
    force: options.force,
    unchecked: options.validation === "Ignore",
    ...(subresource === "status" ? { subresource } : {}),
  });
  return answer(existed ? 200 : 201, request, next, format);
}

/** A patch in the names of the stored form; its kind and apiVersion only where they make another object of it. */
function toStoredPatch(resource: Resource, value: Json, whole: boolean): Json {
  if (whole) return toStored(resource, value);
  if (resource.group !== "events.k8s.io") return value;
  const { apiVersion: _version, kind: _kind, ...renamed } = toStored(resource, value);
  const { kind, apiVersion = resource.apiVersion } = value;
  return typeof kind === "string" && kind !== resource.kind ? { ...renamed, kind, apiVersion } : renamed;
}

function deletion(request: ObjectRequest): DeleteRequest {
  return deleteRequest(readDeleteOptions(request.body), request.query);
}

function remove(request: ObjectRequest): Reply {
  const { store, route, headers } = request;
  const { resource, name } = route;
  const ref = refOf(route);
  const shown = negotiate(headers.accept, resource.apiVersion, resource.kind); // refused before anything is done
  const options = deletion(request);
  const gone = store.remove(ref, options);
  if (gone === undefined) throw notFound(resource, name);
  const kept = store.get(ref)?.metadata.uid === gone.metadata.uid && !options.dryRun;
  if (kept || resource.returnsDeleted || gone.metadata.deletionTimestamp !== undefined)
    return answer(200, request, gone, shown);
  const details = {
    name,
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.name,
    uid: gone.metadata.uid,
  };
  return { status: 200, object: success(details), format: negotiate(headers.accept, "v1", "Status") };
}

function removeAll(request: ObjectRequest, format: Format): Reply {
  const { store, route, query } = request;
  const options = deletion(request);
  const matches = selectorOf(query, route);
  const items = store.list(route.resource.name, route.namespace).filter(matches);
  const resourceVersion = String(store.version); // of the list, before anything of it is gone
  for (const object of items) store.remove({ ...refOf(route), name: object.metadata.name }, options);
  return collection(route, items, { resourceVersion }, format);
}

function get(request: ObjectRequest, format: Format): Reply {
  const { store, route } = request;
  const object = store.get(refOf(route));
  if (object === undefined) throw notFound(route.resource, route.name);
  return answer(200, request, object, format);
}

function scaleReply(request: ObjectRequest, format: Format): Reply {
  const { store, route, body, query, headers } = request;
  const kind = route.verb === "update" ? "UpdateOptions" : "PatchOptions";
  const options = optionsOf(writeQuery(query, kind, headers["user-agent"]), request);
  return { status: 200, object: scale(store, route, body, options), format };
}

/** Carries out everything but a watch; throws ApiError. */
export function serveObjects(request: ObjectRequest): Reply {
  const { route, store, query } = request;
  if (route.subresource === "eviction") return evict(request);
  if (route.verb === "delete") return remove(request);
  if (route.verb === "patch") patchTypeOf(request.body); // told of before what the client reads
  const format = formatFor(request);
  if (route.subresource === "scale") return scaleReply(request, format);
  switch (route.verb) {
    case "get":
      return get(request, format);
    case "list":
      return listReply(store, route, query, format);
    case "create":
      return create(request, format);
    case "update":
      return update(request, format);
    case "patch":
      return patch(request, format);
    case "deletecollection":
      return removeAll(request, format);
    case "watch":
      throw methodNotAllowed();
    default:
      throw route.verb satisfies never;
  }
}
