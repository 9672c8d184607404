import { lockRecordOf } from "../core/lock.ts";
import { ApiError } from "../kubernetes/errors.ts";
import type { KubeObject, Ref } from "../kubernetes/objects.ts";
import { Store } from "../kubernetes/store.ts";
import type { SimulatedRecord } from "./elector.ts";
import type { LeaseApi, Reply, Stored } from "./lease-table.ts";

const GROUP = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };

const specOf = (record: SimulatedRecord) => ({
  holderIdentity: record.holder,
  leaseDurationSeconds: record.durationSeconds,
  acquireTime: record.acquireTime,
  renewTime: record.renewTime,
  leaseTransitions: record.transitions,
});

function storedOf(object: KubeObject): Stored {
  const record = lockRecordOf(object);
  return {
    record: {
      holder: record?.holder ?? "",
      durationSeconds: record?.durationSeconds ?? 0,
      acquireTime: record?.acquireTime ?? "",
      renewTime: record?.renewTime ?? "",
      transitions: record?.transitions ?? 0,
    },
    version: String(object.metadata.resourceVersion),
  };
}

/** The whole store of the embedded cluster as a LeaseApi: the same objects, conflicts and versions, some 50 times slower. */
export function storeLeases(
  namespace: string,
  name: string,
  now: () => number,
  committed: (stored: Stored | undefined, version: string) => void,
): LeaseApi {
  let uids = 0;
  const uid = () => `00000000-0000-4000-8000-${String((uids += 1)).padStart(12, "0")}`;
  const store = new Store({ now: () => new Date(now()), uid });
  store.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const ref: Ref = { resource: "leases", namespace, name };
  /** What an elector keeps of the object that it read last; its uid above all. */
  let known: Partial<KubeObject["metadata"]> = {};
  store.subscribe((change) => {
    if (change.resource !== ref.resource) return;
    known = change.object.metadata;
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
