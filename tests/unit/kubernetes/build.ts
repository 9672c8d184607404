import { ApiError, type Status } from "../../../harness/kubernetes/errors.ts";
import type { KubeObject, ObjectMeta, Ref } from "../../../harness/kubernetes/objects.ts";
import { Store, type StoreOptions } from "../../../harness/kubernetes/store.ts";

/** A store whose clock stands still until it is moved and whose uids count up. */
export function testStore(options: Partial<StoreOptions> = {}): { readonly store: Store; tick(seconds: number): void } {
  let at = Date.parse("2026-01-02T03:04:05.678Z");
  let uids = 0;
  const uid = (): string => `${(uids += 1).toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
  const store = new Store({ now: () => new Date(at), uid, ...options });
  return { store, tick: (seconds) => void (at += seconds * 1000) };
}

type Input = { readonly metadata: Partial<ObjectMeta>; readonly [field: string]: unknown };
type NewObject = Parameters<Store["create"]>[2];

export const leaseRef = (name: string): Ref => ({ resource: "leases", namespace: "default", name });
export const leaseObject = (name: string, spec: object = {}, metadata: Partial<ObjectMeta> = {}): NewObject =>
  ({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, ...metadata }, spec }) as NewObject;
export const object = (apiVersion: string, kind: string, input: Input): NewObject =>
  ({ apiVersion, kind, ...input }) as NewObject;
export const specOf = (from: KubeObject | undefined): Record<string, unknown> =>
  (from?.["spec"] ?? {}) as Record<string, unknown>;

/** The Status that an action is refused with. */
export function refusal(action: () => unknown): Status {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error("it was not refused");
}
