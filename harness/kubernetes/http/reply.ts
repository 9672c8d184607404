import type { ServerResponse } from "node:http";
import { JSON_TYPE, PROTOBUF_TYPE } from "../../wire/body.ts";
import { sealEnvelope } from "../../wire/envelope.ts";
import type { Json, KubeLike } from "../../wire/schema.ts";
import type { ApiError } from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import { PLAIN, type Format } from "./negotiate.ts";

/** What goes back: an object in a format, or plain text. */
export type Reply =
  | {
      readonly status: number;
      readonly object: KubeLike;
      readonly format: Format;
    }
  | { readonly status: number; readonly json: string }
  | { readonly status: number; readonly text: string };

const texts = new WeakMap<object, string>();

/** An object's JSON, written once: objects in the store never change. */
export function jsonOf(object: KubeLike): string {
  let text = texts.get(object);
  if (text === undefined) texts.set(object, (text = JSON.stringify(object)));
  return text;
}

/** The same without kind and apiVersion, as an item of a list has it. */
export function itemJson(object: KubeObject): string {
  const { kind, apiVersion } = object;
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
  const text = jsonOf(object);
  return text.startsWith(head) ? `{${text.slice(head.length)}` : text;
}

/** Metadata alone. */
export const partialOf = (object: KubeObject): KubeObject => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata: object.metadata,
});

const isObject = (object: KubeLike): object is KubeObject =>
  typeof object["metadata"] === "object" && !("items" in object);

/** An object's bytes in a format, and their media type. Protobuf was negotiated only where it is known. */
export function encode(
  object: KubeLike,
  format: Format,
): { readonly type: string; readonly body: string | Uint8Array } {
  const shown = format.partial && isObject(object) && object.kind !== "Status" ? partialOf(object) : object;
  const bytes = format.protobuf ? sealEnvelope(shown) : undefined;
  return bytes === undefined ? { type: JSON_TYPE, body: jsonOf(shown) } : { type: PROTOBUF_TYPE, body: bytes };
}

export const warningHeader = (warnings: readonly string[]): string =>
  warnings.map((each) => `299 - ${JSON.stringify(each)}`).join(", ");

/** Sends the answer, with what the client is warned of; Content-Length is set, so the connection lives on. */
export function send(response: ServerResponse, reply: Reply, warnings: readonly string[] = []): void {
  let type = "text/plain; charset=utf-8";
  let body: string | Uint8Array;
  if ("object" in reply) ({ type, body } = encode(reply.object, reply.format));
  else if ("json" in reply) [type, body] = [JSON_TYPE, reply.json];
  else body = reply.text;
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  response.writeHead(reply.status, {
    "content-type": type,
    "content-length": length,
    "cache-control": "no-cache, private",
    ...(warnings.length > 0 ? { warning: warningHeader(warnings) } : {}),
  });
  response.end(body);
}

/** The answer to a request that failed, in the format that was asked for where it can be had. */
export const failure = (error: ApiError, format: Format = PLAIN): Reply => ({
  status: error.code,
  object: error.status as unknown as Json,
  format,
});

/** A Status that says it is done. */
export const success = (details?: object): KubeLike => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  ...(details === undefined ? { code: 201 } : { details }),
});
