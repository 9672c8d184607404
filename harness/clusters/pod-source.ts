import type { ObjectStore } from "../kubernetes/objects.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import type { Pod } from "../kubernetes/rollout/types.ts";

export type PodChange = { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly pod: Pod };

/** A kubelet's way to the API; asynchronous, so that a remote API can stand behind it. */
export interface PodSource {
  /** Tells of every pod that is there, then of every change; ends with the signal. */
  watch(listener: (change: PodChange) => void, signal: AbortSignal): void;
  /** Overwrites the status of the pod with that uid; nothing happens when it is gone. */
  writeStatus(pod: Pod, status: Pod["status"]): Promise<void>;
  /** Removes the pod object at once: its processes are gone. */
  remove(pod: Pod): Promise<void>;
}

/** The pods of one namespace in an object store that are bound to a node. */
export function storePods(store: ObjectStore, namespace: string): PodSource {
  const mine = (pod: Pod): boolean => pod.metadata.namespace === namespace && pod.spec.nodeName !== undefined;
  const current = (pod: Pod): Pod | undefined => {
    const found = store.get(refOf("pods", pod)) as Pod | undefined;
    return found?.metadata.uid === pod.metadata.uid ? found : undefined;
  };
  return {
    watch(listener, signal) {
      const unsubscribe = store.subscribe(({ type, resource, object }) => {
        if (resource === "pods" && mine(object as Pod)) listener({ type, pod: object as Pod });
      });
      signal.addEventListener("abort", unsubscribe, { once: true });
      for (const pod of store.list("pods", namespace) as readonly Pod[])
        if (mine(pod)) listener({ type: "ADDED", pod });
    },
    async writeStatus(pod, status) {
      const found = current(pod);
      if (found !== undefined) store.update("pods", { ...found, status }, "status");
    },
    async remove(pod) {
      const found = current(pod);
      if (found?.metadata.uid !== undefined)
        store.remove(refOf("pods", found), { gracePeriodSeconds: 0, uid: found.metadata.uid });
    },
  };
}
