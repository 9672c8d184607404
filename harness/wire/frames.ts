import { decodeBody, JSON_TYPE, mediaType, PROTOBUF_TYPE } from "./body.ts";
import { sealEnvelope } from "./envelope.ts";
import { WatchEvent } from "./messages.ts";
import { decodeMessage, encodeMessage } from "./protobuf.ts";
import { isJson, type KubeLike } from "./schema.ts";

/** One event of a watch; `object` is undefined when its kind is not understood. */
export type WatchFrame = { readonly type: string; readonly object: KubeLike | undefined };

/** A frame on the wire: length and message for protobuf, a line for JSON. Undefined: no protobuf for this kind. */
export function encodeFrame(contentType: string, type: string, object: KubeLike): Uint8Array | undefined {
  if (mediaType(contentType) !== PROTOBUF_TYPE) return Buffer.from(`${JSON.stringify({ type, object })}\n`);
  const raw = sealEnvelope(object);
  if (raw === undefined) return undefined;
  const body = encodeMessage(WatchEvent, { type, object: { raw } });
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length);
  frame.set(body, 4);
  return frame;
}

function readProtobuf(bytes: Uint8Array): WatchFrame | undefined {
  try {
    const event = decodeMessage(WatchEvent, bytes);
    const raw = isJson(event["object"]) ? event["object"]["raw"] : undefined;
    const object = decodeBody(PROTOBUF_TYPE, raw instanceof Uint8Array ? raw : new Uint8Array());
    return { type: String(event["type"] ?? ""), object };
  } catch {
    return undefined; // a frame that cannot be read is relayed all the same
  }
}

function readLine(bytes: Uint8Array): WatchFrame | undefined {
  const event = decodeBody(JSON_TYPE, bytes);
  if (event === undefined) return undefined;
  return { type: String(event["type"] ?? ""), object: isJson(event["object"]) ? event["object"] : undefined };
}

/** Longest frame that is waited for, in bytes; a longer one makes the rest of the stream unreadable. */
const LONGEST = 16 * 1024 * 1024;

/** Cuts one frame off the front; undefined when it is not whole yet. */
function cut(bytes: Buffer, protobuf: boolean): { readonly frame: Buffer; readonly rest: Buffer } | undefined {
  if (protobuf) {
    if (bytes.length < 4) return undefined;
    const end = 4 + bytes.readUInt32BE();
    return bytes.length < end ? undefined : { frame: bytes.subarray(4, end), rest: bytes.subarray(end) };
  }
  const end = bytes.indexOf(0x0a);
  return end < 0 ? undefined : { frame: bytes.subarray(0, end), rest: bytes.subarray(end + 1) };
}

/** A reader of a watch's body, chunk by chunk: gives the frames that became whole. Never throws. */
export function frameReader(contentType: string | undefined): (chunk: Uint8Array) => WatchFrame[] {
  const protobuf = mediaType(contentType) === PROTOBUF_TYPE;
  let held: Buffer = Buffer.alloc(0);
  let lost = false;
  return (chunk) => {
    if (lost) return [];
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    const frames: WatchFrame[] = [];
    for (let next = cut(held, protobuf); next !== undefined; next = cut(held, protobuf)) {
      const frame = protobuf ? readProtobuf(next.frame) : readLine(next.frame);
      if (frame !== undefined) frames.push(frame);
      held = next.rest;
    }
    lost = held.length > LONGEST;
    if (lost) held = Buffer.alloc(0);
    return frames;
  };
}

/** What becomes of an event's object; undefined: it stays. */
export type ObjectChange = (object: KubeLike) => KubeLike | undefined;

/**
 * Changes a watch's body, chunk by chunk: what is to be passed on. With a change, objects of whole frames are changed
 * and the rest waits; without one bytes pass at once, and a frame that has begun to pass goes on as it is. Never throws.
 */
export function frameChanger(contentType: string | undefined): (chunk: Buffer, change?: ObjectChange) => Buffer {
  const protobuf = mediaType(contentType) === PROTOBUF_TYPE;
  let held: Buffer = Buffer.alloc(0);
  let passed = 0;
  let lost = false;
  return (chunk, change) => {
    if (lost) return chunk;
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const out: Uint8Array[] = [];
    for (let next = cut(held, protobuf); next !== undefined; next = cut(held, protobuf)) {
      const whole = held.subarray(0, held.length - next.rest.length);
      const read =
        passed > 0 || change === undefined ? undefined : protobuf ? readProtobuf(next.frame) : readLine(next.frame);
      const object = read?.object && change?.(read.object);
      out.push((object && encodeFrame(contentType ?? "", read.type, object)) ?? whole.subarray(passed));
      held = next.rest;
      passed = 0;
    }
    lost = held.length > LONGEST;
    if (change === undefined || lost) {
      out.push(held.subarray(passed));
      passed = held.length;
    }
    if (lost) held = Buffer.alloc(0);
    return Buffer.concat(out);
  };
}
