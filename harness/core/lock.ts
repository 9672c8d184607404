import type { LockKind } from "./elector.ts";
import type { LockRecord } from "./events.ts";

/** Where client-go's Endpoints and ConfigMap locks keep the record. */
export const LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader";

/** The plural under which an API serves a lock's objects. */
export const lockResource: Record<LockKind, string> = {
  Lease: "leases",
  ConfigMap: "configmaps",
  Endpoints: "endpoints",
};

/** The plurals of all kinds of lock. */
export const lockResources: ReadonlySet<string> = new Set(Object.values(lockResource));

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

function fromLease(spec: unknown): LockRecord {
  const fields = isObject(spec) ? spec : {};
  return {
    holder: text(fields["holderIdentity"]),
    durationSeconds: number(fields["leaseDurationSeconds"]),
    acquireTime: text(fields["acquireTime"]),
    renewTime: text(fields["renewTime"]),
    transitions: number(fields["leaseTransitions"]),
  };
}

function fromAnnotation(raw: string): LockRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return undefined; // a foreign annotation is no record; the caller sees that there is none
  }
  if (!isObject(value)) return undefined;
  return {
    holder: text(value["holderIdentity"]),
    durationSeconds: number(value["leaseDurationSeconds"]),
    acquireTime: text(value["acquireTime"]),
    renewTime: text(value["renewTime"]),
    transitions: number(value["leaderTransitions"]),
  };
}

/** The election record that a Lease's spec, or another object's leader annotation, carries; undefined where none. */
export function lockRecordOf(object: unknown): LockRecord | undefined {
  if (!isObject(object)) return undefined;
  if (object["kind"] === "Lease") return fromLease(object["spec"]);
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  const raw = annotations[LEADER_ANNOTATION];
  return typeof raw === "string" ? fromAnnotation(raw) : undefined;
}
