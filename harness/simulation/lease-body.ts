import type { LockRecord } from "../core/events.ts";
import { lockRecordOf } from "../core/lock.ts";
import type { Whole } from "../gate/plan.ts";
import type { SimulatedRecord } from "./elector.ts";
import type { Reply, Stored } from "./lease-table.ts";

export const JSON_TYPE = "application/json";

/** What an elector says of the Lease, as its fields stand in the object: an empty time is none. */
export const specOf = (record: LockRecord) => ({
  holderIdentity: record.holder,
  leaseDurationSeconds: record.durationSeconds,
  acquireTime: record.acquireTime || null, // of a record that has lost it: the API takes no empty time
  renewTime: record.renewTime || null,
  leaseTransitions: record.transitions,
});

/** The record as an elector reads it: "" and 0 where the Lease has none. */
export function readRecord(record: LockRecord): SimulatedRecord {
  const { holder, durationSeconds, acquireTime, renewTime, transitions } = record;
  if (holder !== null && durationSeconds !== null && acquireTime !== null && renewTime !== null && transitions !== null)
    return record as SimulatedRecord;
  return {
    holder: holder ?? "",
    durationSeconds: durationSeconds ?? 0,
    acquireTime: acquireTime ?? "",
    renewTime: renewTime ?? "",
    transitions: transitions ?? 0,
  };
}

const bytesOf = (record: LockRecord, version: string | undefined): Buffer =>
  Buffer.from(JSON.stringify({ kind: "Lease", metadata: { resourceVersion: version }, spec: specOf(record) }));

function storedIn(bytes: Buffer): Stored | undefined {
  if (bytes.length === 0) return undefined;
  const object = JSON.parse(bytes.toString()) as { metadata: { resourceVersion?: string } };
  const record = lockRecordOf(object);
  return record && { record, version: object.metadata.resourceVersion ?? "" };
}

/** A record that is written, changed by what changes bodies on the wire. */
export const rewritten = (
  record: LockRecord,
  rewrite: (contentType: string | undefined, body: Buffer) => Buffer,
): LockRecord => storedIn(rewrite(JSON_TYPE, bytesOf(record, undefined)))?.record ?? record;

/** An answer, changed by what changes answers on the wire. */
export function replaced({ status, stored }: Reply, change: (whole: Whole) => Whole): Reply {
  const body = stored === undefined ? Buffer.alloc(0) : bytesOf(stored.record, stored.version);
  const whole = change({ status, headers: { "content-type": JSON_TYPE }, body });
  const now = storedIn(whole.body);
  return { status: whole.status, ...(now === undefined ? {} : { stored: now }) };
}
