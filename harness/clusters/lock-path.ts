import type { Elector, LockKind } from "../core/elector.ts";
import { lockResource } from "../core/lock.ts";
import { substitute } from "../electors/environment.ts";

const prefix: Record<LockKind, string> = {
  Lease: "/apis/coordination.k8s.io/v1",
  ConfigMap: "/api/v1",
  Endpoints: "/api/v1",
};

/** The lock object's path on an API server. */
export const lockPath = (kind: LockKind, namespace: string, name: string): string =>
  `${prefix[kind]}/namespaces/${encodeURIComponent(namespace)}/${lockResource[kind]}/${encodeURIComponent(name)}`;

/** The lock object's name: the elector's own, in which ${ELECTION_NAME} stands for the trial's election. */
export const lockName = (elector: Pick<Elector, "lock">, election: string): string =>
  substitute([elector.lock.name], { ELECTION_NAME: election })[0]!;

/** The object that is judged: the successor's lock where the elector is rolled to one, for that is what both must hold. */
export const judgedLock = (
  { elector, successor }: { readonly elector: Pick<Elector, "lock">; readonly successor?: Pick<Elector, "lock"> },
  election: string,
): { readonly kind: LockKind; readonly name: string } => {
  const judged = successor ?? elector;
  return { kind: judged.lock.kind, name: lockName(judged, election) };
};

/** The path of a watch of the lock object alone, from what there is now. */
export const lockWatchPath = (kind: LockKind, namespace: string, name: string): string => {
  const path = lockPath(kind, namespace, name);
  return `${path.slice(0, path.lastIndexOf("/"))}?watch=true&fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
};
