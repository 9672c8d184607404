import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { isJson, type KubeLike } from "./schema.ts";

export const JSON_TYPE = "application/json";
export const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

/** The media type without its parameters, in lower case; "" when absent. */
export const mediaType = (contentType: string | undefined): string =>
  (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();

const decoder = new TextDecoder();

/** Reads a JSON (or unlabelled) or protobuf body; undefined when it cannot be understood. Never throws. */
export function decodeBody(contentType: string | undefined, bytes: Uint8Array): KubeLike | undefined {
  const type = mediaType(contentType);
  try {
    if (type === PROTOBUF_TYPE) return openEnvelope(bytes).object;
    if (type !== "" && !type.endsWith("json")) return undefined;
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return isJson(value) ? value : undefined;
  } catch {
    return undefined; // the contract: a body that cannot be read is relayed all the same
  }
}

/** Writes an object in a media type; undefined for protobuf of a kind that is not in the table. */
export function encodeBody(contentType: string | undefined, object: KubeLike): Uint8Array | undefined {
  return mediaType(contentType) === PROTOBUF_TYPE ? sealEnvelope(object) : Buffer.from(JSON.stringify(object));
}
