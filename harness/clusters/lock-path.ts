import type { LockKind } from "../core/elector.ts";
import { lockResource } from "../core/lock.ts";

const prefix: Record<LockKind, string> = {
  Lease: "/apis/coordination.k8s.io/v1",
  ConfigMap: "/api/v1",
  Endpoints: "/api/v1",
};

/** The lock object's path on an API server. */
export const lockPath = (kind: LockKind, namespace: string, name: string): string =>
  `${prefix[kind]}/namespaces/${encodeURIComponent(namespace)}/${lockResource[kind]}/${encodeURIComponent(name)}`;
