import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { conform } from "./conform.ts";
import { messageOf, Unknown } from "./messages.ts";
import { decodeMessage, encodeMessage, writeMessage } from "./protobuf.ts";
import { isJson, type KubeLike } from "./schema.ts";

const magic = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);

const hasMagic = (bytes: Uint8Array): boolean => magic.every((byte, index) => bytes[index] === byte);

/** What a protobuf envelope says it holds. */
export type Enveloped = { readonly apiVersion: string; readonly kind: string; readonly object: KubeLike | undefined };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Opens `k8s\0` + Unknown; `object` is undefined for kinds that are not in the table. Throws on malformed bytes. */
export function openEnvelope(bytes: Uint8Array): Enveloped {
  if (bytes.length === 0) throw new Error("empty data");
  if (!hasMagic(bytes))
    throw new Error("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  const unknown = decodeMessage(Unknown, bytes.subarray(magic.length));
  const types = isJson(unknown["typeMeta"]) ? unknown["typeMeta"] : {};
  const [apiVersion, kind] = [text(types["apiVersion"]), text(types["kind"])];
  const message = messageOf(apiVersion, kind);
  if (message === undefined) return { apiVersion, kind, object: undefined };
  const raw = unknown["raw"] instanceof Uint8Array ? unknown["raw"] : new Uint8Array();
  const body = conform(decodeMessage(message, raw), message);
  return { apiVersion, kind, object: { kind, apiVersion, ...body } };
}

/** Whether protobuf is known for this object's kind. */
export const hasProtobuf = (object: KubeLike): boolean =>
  messageOf(text(object.apiVersion), text(object.kind)) !== undefined;

/** Closes an object into an envelope; undefined for kinds that are not in the table. */
export function sealEnvelope(object: KubeLike): Uint8Array | undefined {
  const [apiVersion, kind] = [text(object.apiVersion), text(object.kind)];
  const message = messageOf(apiVersion, kind);
  if (message === undefined) return undefined;
  const writer = new BinaryWriter().raw(magic);
  writeMessage(writer, Unknown, { typeMeta: { apiVersion, kind }, raw: encodeMessage(message, object) });
  return writer.finish();
}
