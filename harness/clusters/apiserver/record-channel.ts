import type { RecordEdit } from "../../core/cluster.ts";
import type { LockKind } from "../../core/elector.ts";
import { HarnessError } from "../../core/errors.ts";
import type { HistoryEvent, LockRecord, Recorder } from "../../core/events.ts";
import { lockRecordOf, lockResource } from "../../core/lock.ts";
import type { Millis } from "../../core/time.ts";
import type { Ref } from "../../kubernetes/objects.ts";
import { recordPatch } from "../record-writer.ts";
import type { ApiClient } from "./client.ts";
import { commitBounds } from "./commit-bounds.ts";
import { follow, type Followed, type Follower } from "./follow.ts";

/** The election object on the harness's own channel, which no fault touches. */
export type RecordChannel = {
  /** Passes everything on, and learns from the gates when writes can have been committed. */
  readonly recorder: Recorder;
  /** Begins to record every change; resolves once what there is has been read. `lost` when a change may have been missed. */
  watch(into: Recorder, lost: (error: HarnessError) => void, signal: AbortSignal): Promise<void>;
  /** Sets fields of the record, null empties one; the record as it then stands. Throws when there is none. */
  edit(edit: RecordEdit, fault: string): Promise<LockRecord | undefined>;
  /** Deletes the election object; false when there was none. */
  remove(fault: string): Promise<boolean>;
};

export function openRecordChannel(
  client: ApiClient,
  lock: { readonly kind: LockKind; readonly namespace: string; readonly name: string },
  inner: Recorder,
): RecordChannel {
  const ref: Ref = { resource: lockResource[lock.kind], namespace: lock.namespace, name: lock.name };
  const bounds = commitBounds(ref, inner.now());
  const edits = new Map<string, string>();
  let deletion: string | undefined;
  /** An edit is under way: until its answer tells its version, nobody knows whose a new version is. */
  let editing = 0;
  let held: { readonly change: Followed; readonly at: Millis }[] = [];

  const faultOf = ({ type, object }: Followed): string | undefined => {
    if (type !== "DELETED") return edits.get(object.metadata.resourceVersion ?? "");
    const fault = deletion;
    deletion = undefined;
    return fault;
  };
  const tell = (into: Recorder, change: Followed, at: Millis): void => {
    const { object } = change;
    const record = change.type === "DELETED" ? null : lockRecordOf(object);
    // An object without a record (an Endpoints that nobody annotated yet) is no election's.
    if (record === undefined) return;
    const version = object.metadata.resourceVersion ?? "";
    const fault = faultOf(change);
    const event = { type: "record" as const, version, object: lock.name, record };
    into.record({ ...event, ...bounds.of(version, record, at), ...(fault === undefined ? {} : { fault }) });
  };
  let into: Recorder = inner;
  const release = (): void => {
    editing -= 1;
    if (editing > 0) return;
    const late = held;
    held = [];
    for (const { change, at } of late) tell(into, change, at);
  };

  return {
    recorder: {
      now: () => inner.now(),
      since: () => inner.since(),
      record(event: HistoryEvent) {
        bounds.learn(event);
        inner.record(event);
      },
    },
    async watch(recorder, lost, signal) {
      into = recorder;
      const follower: Follower = {
        every: true,
        change(change: Followed): void {
          const at = inner.now();
          if (editing > 0) held.push({ change, at });
          else tell(into, change, at);
        },
        gap(): boolean {
          lost(new HarnessError("the watch of the election object was lost, and changes of it may have been missed"));
          return false;
        },
      };
      await follow(client, { ...ref, fields: `metadata.name=${lock.name}` }, follower, signal);
    },
    async edit(edit, fault) {
      const current = await client.get(ref);
      if (current === undefined || lockRecordOf(current) === undefined)
        throw new Error("there is no election record to edit");
      editing += 1;
      const answered = bounds.writing(inner.now(), false);
      try {
        const after = await client.patch(ref, recordPatch(lock.kind, current, edit));
        const version = after.metadata.resourceVersion ?? "";
        edits.set(version, fault);
        answered(version, inner.now());
        return lockRecordOf(after);
      } finally {
        release();
      }
    },
    async remove(fault) {
      bounds.writing(inner.now(), true);
      deletion = fault;
      const there = await client.remove(ref);
      if (!there) deletion = undefined;
      return there;
    },
  };
}
