import { stringify } from "yaml";
import { decodeBody, encodeBody, JSON_TYPE, PROTOBUF_TYPE } from "../../../harness/wire/body.ts";
import { isJson, type Json, type KubeLike } from "../../../harness/wire/schema.ts";
import type { SentAs } from "../operation.ts";
import type { Sent } from "../side.ts";

/** The sequence's namespace where a body says $NAMESPACE. */
export function placed(body: unknown, namespace: string): unknown {
  return JSON.parse(JSON.stringify(body ?? null).replaceAll("$NAMESPACE", namespace)) as unknown;
}

/** An object as a body of that form. */
export function written(object: Json, as: SentAs): Pick<Sent, "body" | "type"> {
  if (as === "yaml") return { body: stringify(object), type: "application/yaml" };
  const bytes = as === "protobuf" ? sealed(object) : undefined;
  if (bytes !== undefined) return { body: bytes, type: PROTOBUF_TYPE };
  return { body: JSON.stringify(object), ...(as === "none" ? {} : { type: JSON_TYPE }) };
}

/** Whether every member of `whole` is in `read`, with whatever value. */
const holds = (read: unknown, whole: unknown): boolean =>
  !isJson(whole) || (isJson(read) && Object.keys(whole).every((key) => key in read && holds(read[key], whole[key])));

/** A body that no typed client could write goes as JSON. */
function sealed(object: Json): Uint8Array | undefined {
  try {
    const whole = JSON.parse(JSON.stringify(object, (_key, value: unknown) => value ?? undefined)) as KubeLike;
    const bytes = encodeBody(PROTOBUF_TYPE, whole);
    return bytes !== undefined && holds(decodeBody(PROTOBUF_TYPE, bytes), whole) ? bytes : undefined;
  } catch {
    return undefined;
  }
}
