import type { Cluster, Replica } from "../core/cluster.ts";
import type { LockKind } from "../core/elector.ts";
import { askApi } from "./ask.ts";
import { lockPath, lockWatchPath } from "./lock-path.ts";
import type { ReplicaHost } from "./replica-host.ts";
import { watchLock } from "./watch-lock.ts";

/** What of the Cluster port goes through a replica's own gate; throws when the replica is gone. */
export function throughGate(
  host: ReplicaHost,
  { kind, namespace, name }: { readonly kind: LockKind; readonly namespace: string; readonly name: string },
): Pick<Cluster, "disturb" | "ask"> & { readonly watchLock: NonNullable<Cluster["watchLock"]> } {
  const gateOf = ({ replica }: Replica) => {
    const gate = host.gate(replica);
    if (gate === undefined) throw new Error(`${replica} is gone, and its gate with it`);
    return gate;
  };
  return {
    disturb: (replica, disturbance, fault) => gateOf(replica).disturb(disturbance, fault),
    ask: async (replica, timeout, signal) =>
      askApi(`${gateOf(replica).url}${lockPath(kind, namespace, name)}`, timeout, signal),
    watchLock: async (replica, span, signal) =>
      watchLock(`${gateOf(replica).url}${lockWatchPath(kind, namespace, name)}`, span, signal),
  };
}
