import type { RecordEdit } from "../core/cluster.ts";
import type { LockKind } from "../core/elector.ts";
import type { LockRecord } from "../core/events.ts";
import { LEADER_ANNOTATION, lockRecordOf, lockResource } from "../core/lock.ts";
import type { KubeObject, ObjectStore, Ref } from "../kubernetes/objects.ts";

/** The harness's own hand on the election object. */
export type RecordWriter = {
  /** Sets fields of the record, null empties one; the record as it then stands. Throws when there is none. */
  edit(edit: RecordEdit, fault: string): LockRecord | undefined;
  /** Deletes the election object; false when there was none. */
  remove(fault: string): boolean;
  /** The fault whose write is being committed at this instant. */
  author(): string | undefined;
};

const fieldsOf = (kind: LockKind): Readonly<Record<keyof LockRecord, string>> => ({
  holder: "holderIdentity",
  durationSeconds: "leaseDurationSeconds",
  acquireTime: "acquireTime",
  renewTime: "renewTime",
  transitions: kind === "Lease" ? "leaseTransitions" : "leaderTransitions",
});

/** The merge patch that sets fields of the record in its object as it stands. */
export function recordPatch(kind: LockKind, current: KubeObject, edit: RecordEdit): unknown {
  const names = fieldsOf(kind);
  const set = Object.fromEntries(
    Object.entries(edit).map(([field, value]) => [names[field as keyof LockRecord], value]),
  );
  if (kind === "Lease") return { spec: set };
  const raw = current.metadata.annotations?.[LEADER_ANNOTATION];
  return {
    metadata: { annotations: { [LEADER_ANNOTATION]: JSON.stringify({ ...JSON.parse(raw ?? "{}"), ...set }) } },
  };
}

/** Writes through the store, past every gate; subscribers hear of the change within the call. */
export function recordWriter(
  store: ObjectStore,
  lock: { readonly kind: LockKind; readonly namespace: string; readonly name: string },
): RecordWriter {
  const ref: Ref = { resource: lockResource[lock.kind], namespace: lock.namespace, name: lock.name };
  let writing: string | undefined;
  const as = <T>(fault: string, write: () => T): T => {
    writing = fault;
    try {
      return write();
    } finally {
      writing = undefined;
    }
  };
  return {
    author: () => writing,
    edit(edit, fault) {
      const current = store.get(ref);
      if (current === undefined || lockRecordOf(current) === undefined)
        throw new Error("there is no election record to edit");
      const patch = recordPatch(lock.kind, current, edit);
      return as(fault, () => lockRecordOf(store.patch(ref, "merge", patch)));
    },
    remove: (fault) => store.get(ref) !== undefined && as(fault, () => (store.remove(ref), true)),
  };
}
