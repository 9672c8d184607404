import type { LockRecord } from "../core/events.ts";
import { LEADER_ANNOTATION, lockRecordOf } from "../core/lock.ts";
import { decodeBody } from "../wire/body.ts";
import { knownOfJsonPatch } from "./json-patch.ts";
import { isWrite, type Route } from "./route.ts";

/** The object that carries the election record, by the plural it is served under. */
export type LockObject = { readonly resource: string; readonly namespace: string; readonly name: string };

/** What a body tells of the lock object. */
export type Seen = { readonly version?: string; readonly record?: LockRecord };

/** What a write tells, with the name that its body gives the object. */
export type Sighting = Seen & { readonly object?: string };

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Whether the call concerns the lock object, or may: a create, list or watch of its collection. */
export function concernsLock(route: Route, lock: LockObject): boolean {
  if (route.resource !== lock.resource || route.namespace !== lock.namespace) return false;
  return route.object === lock.name || (route.object === "" && route.verb !== "deletecollection");
}

/** Clients may leave the kind of what they write to the path, and lists leave it to the list. */
const asKind = (resource: string, object: Json): Json =>
  resource === "leases" && object["kind"] === undefined ? { ...object, kind: "Lease" } : object;

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined; // no JSON (an apply in YAML, say): relayed as it is, and nothing is known of it
  }
}

/** A record is known of a patch only when it sets the holder: a LockRecord cannot say "left as it was". */
function patchRecord(resource: string, patch: Json): LockRecord | undefined {
  const holder =
    resource === "leases"
      ? field(patch["spec"], "holderIdentity")
      : field(field(patch["metadata"], "annotations"), LEADER_ANNOTATION);
  return holder === undefined ? undefined : lockRecordOf(asKind(resource, patch));
}

/** What a write says: the version it is preconditioned on and the record it would leave. */
export function readWrite(
  route: Route,
  lock: LockObject,
  contentType: string | undefined,
  bytes: Uint8Array,
): Sighting {
  const type = contentType?.split(";", 1)[0]!.trim().toLowerCase();
  const body: unknown =
    type === "application/json-patch+json"
      ? knownOfJsonPatch(parsed(bytes))
      : route.verb === "patch"
        ? parsed(bytes)
        : decodeBody(contentType, bytes);
  if (!isObject(body)) return {};
  const deleting = route.verb === "delete" || route.verb === "deletecollection";
  const version = text(field(deleting ? body["preconditions"] : body["metadata"], "resourceVersion"));
  const object = text(field(body["metadata"], "name"));
  const mine = route.object === lock.name || object === lock.name;
  const record =
    deleting || route.dry || !mine
      ? undefined
      : route.verb === "patch"
        ? patchRecord(lock.resource, body)
        : lockRecordOf(asKind(lock.resource, body));
  return {
    ...(object === undefined ? {} : { object }),
    ...(version === undefined ? {} : { version }),
    ...(record === undefined ? {} : { record }),
  };
}

/** What a successful answer shows of the lock object: itself, or its item in a list. */
export function readAnswer(route: Route, lock: LockObject, contentType: string | undefined, bytes: Uint8Array): Seen {
  const body: unknown = decodeBody(contentType, bytes);
  if (!isObject(body) || body["kind"] === "Status") return {};
  const items = body["items"];
  const found: unknown = Array.isArray(items)
    ? items.find((item: unknown) => field(field(item, "metadata"), "name") === lock.name)
    : body;
  if (!isObject(found) || field(found["metadata"], "name") !== lock.name) return {};
  const version = text(field(found["metadata"], "resourceVersion"));
  const record = isWrite(route) && route.dry ? undefined : lockRecordOf(asKind(lock.resource, found));
  return { ...(version === undefined ? {} : { version }), ...(record === undefined ? {} : { record }) };
}
