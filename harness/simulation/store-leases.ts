import type { LockRecord } from "../core/events.ts";
import { lockRecordOf } from "../core/lock.ts";
import { ApiError } from "../kubernetes/errors.ts";
import type { KubeObject, Ref } from "../kubernetes/objects.ts";
import type { Store } from "../kubernetes/store.ts";
import { specOf } from "./lease-body.ts";
import type { LeaseApi, Reply, Stored } from "./lease-table.ts";

const GROUP = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
const NOTHING: LockRecord = {
  holder: null,
  durationSeconds: null,
  acquireTime: null,
  renewTime: null,
  transitions: null,
};

const storedOf = (object: KubeObject): Stored => ({
  record: lockRecordOf(object) ?? NOTHING,
  version: String(object.metadata.resourceVersion),
});

/** One Lease of the embedded cluster's whole store as a LeaseApi; `committed` is told of each of its changes. */
export function storeLeases(
  store: Store,
  namespace: string,
  name: string,
  committed: (stored: Stored | undefined, version: string) => void,
): LeaseApi {
  const ref: Ref = { resource: "leases", namespace, name };
  /** What an elector keeps of the object that it read last; its uid above all. */
  let known: Partial<KubeObject["metadata"]> = {};
  store.subscribe((change) => {
    const { metadata } = change.object;
    if (change.resource !== ref.resource || metadata.namespace !== namespace || metadata.name !== name) return;
    known = metadata;
    committed(change.type === "DELETED" ? undefined : storedOf(change.object), String(change.version));
  });
  const answering = (success: number, work: () => KubeObject): Reply => {
    try {
      return { status: success, stored: storedOf(work()) };
    } catch (error) {
      if (error instanceof ApiError) return { status: error.code };
      throw error;
    }
  };
  return {
    get() {
      const object = store.get(ref);
      return object === undefined ? { status: 404 } : { status: 200, stored: storedOf(object) };
    },
    create: (record) =>
      answering(201, () =>
        store.create("leases", namespace, { ...GROUP, metadata: { name, namespace }, spec: specOf(record) }),
      ),
    update: (record, version) =>
      answering(200, () =>
        version === undefined
          ? store.patch(ref, "merge", { spec: specOf(record) })
          : store.update("leases", {
              ...GROUP,
              metadata: { ...known, name, namespace, resourceVersion: version },
              spec: specOf(record),
            }),
      ),
    remove: () => ({ status: store.remove(ref) === undefined ? 404 : 200 }),
  };
}
