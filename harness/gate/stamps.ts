import { LEADER_ANNOTATION } from "../core/lock.ts";
import type { Millis } from "../core/time.ts";
import { decodeBody, encodeBody } from "../wire/body.ts";
import type { ObjectChange } from "../wire/frames.ts";
import { isJson, type Json } from "../wire/schema.ts";

type Stamp = (text: string) => string;
/** Changes the stamps of a body; undefined where there were none, or it cannot be understood. */
type Rewrite = (contentType: string | undefined, body: Buffer) => Buffer | undefined;

const PATTERN = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time so many seconds later, with the fraction it had; what is no such time stays. */
function later(text: string, seconds: number): string {
  const [, whole, fraction = "", zone] = PATTERN.exec(text) ?? [];
  const at = Date.parse(`${whole}${zone}`);
  if (Number.isNaN(at)) return text;
  return new Date(at + seconds * 1000).toISOString().replace(".000Z", `${fraction}Z`);
}

function stamped(record: Json, renew: Stamp, acquire: Stamp): Json | undefined {
  const { renewTime, acquireTime } = record;
  if (typeof renewTime !== "string") return undefined;
  // Both alike: a reign that begins with this write. Else acquireTime was only copied from what was read.
  const begins = acquireTime === renewTime;
  return {
    ...record,
    renewTime: renew(renewTime),
    ...(typeof acquireTime === "string" ? { acquireTime: begins ? renew(acquireTime) : acquire(acquireTime) } : {}),
  };
}

function annotated(metadata: Json, renew: Stamp, acquire: Stamp): Json | undefined {
  const annotations = isJson(metadata["annotations"]) ? metadata["annotations"] : {};
  const raw = annotations[LEADER_ANNOTATION];
  if (typeof raw !== "string") return undefined;
  try {
    const record: unknown = JSON.parse(raw);
    const changed = isJson(record) ? stamped(record, renew, acquire) : undefined;
    return changed && { ...metadata, annotations: { ...annotations, [LEADER_ANNOTATION]: JSON.stringify(changed) } };
  } catch {
    return undefined; // a foreign annotation is no record
  }
}

/** The object with its record's stamps changed, in a Lease's spec, in the leader annotation, or in a list's items. */
function restamped(object: Json, renew: Stamp, acquire: Stamp): Json | undefined {
  if (Array.isArray(object["items"])) {
    const items = object["items"].map((item) => (isJson(item) ? (restamped(item, renew, acquire) ?? item) : item));
    return items.some((item, index) => item !== (object["items"] as unknown[])[index])
      ? { ...object, items }
      : undefined;
  }
  const spec = isJson(object["spec"]) ? stamped(object["spec"], renew, acquire) : undefined;
  if (spec) return { ...object, spec };
  const metadata = isJson(object["metadata"]) ? annotated(object["metadata"], renew, acquire) : undefined;
  return metadata && { ...object, metadata };
}

/**
 * A clock that goes `by` (rounded to whole seconds) ahead: `out` for what its owner writes, `in` for what it reads,
 * `shown` for what a watch shows it. An
 * acquireTime is stamped once: it is written again as it was first written, and read back as its owner wrote it.
 */
export function shiftStamps(by: Millis): { readonly out: Rewrite; readonly in: Rewrite; readonly shown: ObjectChange } {
  const seconds = Math.round(by / 1000);
  const written = new Map<string, string>();
  const own = new Map<string, string>();
  const renewOut: Stamp = (text) => {
    const shifted = later(text, seconds);
    written.set(text, shifted);
    own.set(shifted, text);
    return shifted;
  };
  const shown: ObjectChange = (object) =>
    restamped(
      object,
      (text) => later(text, -seconds),
      (text) => own.get(text) ?? text,
    );
  const rewrite =
    (change: ObjectChange): Rewrite =>
    (contentType, body) => {
      const object = decodeBody(contentType, body);
      const changed = object && change(object);
      const bytes = changed && encodeBody(contentType, changed);
      return bytes && Buffer.from(bytes);
    };
  return {
    out: rewrite((object) => restamped(object, renewOut, (text) => written.get(text) ?? text)),
    in: rewrite(shown),
    shown,
  };
}
