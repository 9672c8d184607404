import { JSON_TYPE } from "../../../harness/wire/body.ts";
import { isJson, type Json } from "../../../harness/wire/schema.ts";
import type { Operation } from "../operation.ts";
import type { Sent } from "../side.ts";
import { pathOf, targets } from "../targets.ts";
import { placed, written } from "./encode.ts";
import type { Memory } from "./memory.ts";

/** Their Content-Types. */
export const patchTypes = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** The request that an operation is, in a namespace, with the versions and uids that its side gave. */
export function requestOf(op: Exclude<Operation, { verb: "race" }>, namespace: string, seen: Memory): Sent {
  const target = targets[op.target]!;
  const place = (name: string, sub = "", query: Readonly<Record<string, string | undefined>> = {}): string => {
    const all = Object.entries({ ...op.query, ...query }).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(all as [string, string][]).toString();
    return pathOf(target, namespace, name, sub) + (text === "" ? "" : `?${text}`);
  };
  const { accept } = op;
  switch (op.verb) {
    case "create":
      return {
        method: "POST",
        path: place(""),
        accept,
        ...written(objectOf(op, namespace, seen), op.as),
      };
    case "update":
      return {
        method: "PUT",
        path: place(op.name, op.sub),
        accept,
        ...written(objectOf(op, namespace, seen), op.as),
      };
    case "patch":
      return {
        method: "PATCH",
        path: place(op.name, op.sub),
        accept,
        type: patchTypes[op.type],
        body: JSON.stringify(patchOf(op, namespace, seen)),
      };
    case "get":
      return {
        method: "GET",
        path: place(op.name, op.sub, { resourceVersion: seen.version(op, op.version) }),
        accept,
      };
    case "list": {
      const query =
        op.goOn && seen.token !== "" ? { continue: seen.token } : { resourceVersion: seen.version(op, op.version) };
      return { method: "GET", path: place("", "", query), accept };
    }
    case "watch":
      return {
        method: "GET",
        path: place("", "", { watch: "true", resourceVersion: seen.version(op, op.version) }),
        accept,
      };
    case "delete":
    case "deletecollection": {
      const options = deleteOptions(op, seen);
      const body = Object.keys(options).length === 0 ? {} : { body: JSON.stringify(options), type: JSON_TYPE };
      return { method: "DELETE", path: place(op.verb === "delete" ? op.name : ""), accept, ...body };
    }
    case "evict": {
      const options = deleteOptions(op, seen);
      const { metadata, ...rest } = placed(op.body, namespace) as { metadata?: Json };
      const body = {
        metadata: { name: op.name, ...metadata },
        ...rest,
        ...(Object.keys(options).length === 0 ? {} : { deleteOptions: options }),
      };
      return { method: "POST", path: place(op.name, "eviction"), accept, ...written(body, "json") };
    }
    case "raw": {
      const type = op.type === "" ? {} : { type: op.type };
      // Of a GET's body the real server reads nothing, and closes the connection over it.
      const body = op.text === "" || op.method === "GET" ? {} : { body: op.text };
      return { method: op.method, path: place(op.name) + op.below, accept, ...body, ...type };
    }
    default:
      throw op satisfies never;
  }
}

function deleteOptions(
  op: Extract<Operation, { verb: "delete" | "deletecollection" | "evict" }>,
  seen: Memory,
): object {
  const [uid, resourceVersion] = [seen.uid(op, op.uid), seen.version(op, op.version)];
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  return Object.keys(preconditions).length === 0 ? op.options : { ...op.options, preconditions };
}

function objectOf(op: Extract<Operation, { verb: "create" | "update" }>, namespace: string, seen: Memory): Json {
  const { apiVersion, kind } =
    op.verb === "update" && op.sub === "scale" ? { apiVersion: "autoscaling/v1", kind: "Scale" } : targets[op.target]!;
  const { metadata = {}, ...rest } = placed(op.body, namespace) as { metadata?: Json };
  const version = op.verb === "update" ? seen.version(op, op.version) : undefined;
  const uid = op.verb === "update" ? seen.uid(op, op.uid) : undefined;
  const named = isJson(metadata) ? { name: op.name, ...metadata } : metadata;
  const own = {
    ...(version === undefined ? {} : { resourceVersion: version }),
    ...(uid === undefined ? {} : { uid }),
  };
  const full = Object.keys(own).length > 0 && isJson(named) ? { ...named, ...own } : named;
  return { apiVersion, kind, metadata: full, ...rest };
}

function patchOf(op: Extract<Operation, { verb: "patch" }>, namespace: string, seen: Memory): unknown {
  const version = seen.version(op, op.version);
  const body = placed(op.body, namespace);
  if (!isJson(body)) return body;
  const type =
    op.type === "apply" ? { apiVersion: targets[op.target]!.apiVersion, kind: targets[op.target]!.kind } : {};
  const own = {
    ...(op.type === "apply" ? { name: op.name } : {}),
    ...(version === undefined ? {} : { resourceVersion: version }),
  };
  if (Object.keys(own).length === 0) return { ...type, ...body };
  return { ...type, ...body, metadata: { ...(isJson(body["metadata"]) ? body["metadata"] : {}), ...own } };
}

/** A request in a line. */
export const said = ({ method, path, body, type, accept }: Sent): string =>
  `${method} ${path}${type === undefined ? "" : ` as ${type}`}${accept === JSON_TYPE ? "" : ` for ${accept}`}` +
  (body === undefined ? "" : ` ${typeof body === "string" ? body : Buffer.from(body).toString("base64")}`);
