import type { Pod } from "../../kubernetes/rollout/types.ts";
import { RELAY } from "./relay-spec.ts";

type RelayStatus = {
  readonly name: string;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
  };
};

const relayStatus = (pod: Pod): RelayStatus | undefined => {
  const { initContainerStatuses = [] } = (pod.status ?? {}) as {
    readonly initContainerStatuses?: readonly RelayStatus[];
  };
  return initContainerStatuses.find(({ name }) => name === RELAY);
};

/** Whether the pod's relay has begun to run. */
export const isRelayUp = (pod: Pod): boolean => relayStatus(pod)?.state?.running !== undefined;

/** Why the pod's relay will not start by itself; undefined while it may. */
export function hopelessRelay(pod: Pod): string | undefined {
  const { reason = "", message = "" } = relayStatus(pod)?.state?.waiting ?? {};
  return /^(?:Err|ImagePull|Invalid|Create|RunContainer).*(?:Pull|BackOff|Name|Error)/.test(reason)
    ? `its relay: ${reason}: ${message} (--relay-image names another image)`
    : undefined;
}

/** Whether the kubelet says that the container's process of this number runs. */
export function runsNow(pod: Pod, container: string, incarnation: number): boolean {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const { running } = (status?.["state"] ?? {}) as { readonly running?: object };
  return running !== undefined && status?.restartCount === incarnation - 1;
}
