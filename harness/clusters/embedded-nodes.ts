import { DAEMONS } from "../core/elector.ts";
import type { ObjectStore } from "../kubernetes/objects.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import type { NodeHands } from "./process-cluster.ts";

/**
 * A trial's own nodes: a node belongs to no namespace, a DaemonSet has a pod on each that takes it, and a cordoned one
 * would be so for every trial of the run.
 */
export type EmbeddedNodes = Pick<NodeHands, "cordon"> &
  Disposable & {
    /** Keeps pods on them. */
    readonly selector: Readonly<Record<string, string>>;
  };

const LABEL = "interregnum.invalid/trial";

/** Makes the trial's nodes; disposing removes them. */
export function embeddedNodes(store: ObjectStore, trial: string): EmbeddedNodes {
  const names = Array.from({ length: DAEMONS }, (_, index) => `${trial}-node-${index + 1}`);
  const refs = names.map((name) => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name, labels: { [LABEL]: trial } } };
    return refOf("nodes", store.create("nodes", "", node));
  });
  return {
    selector: { [LABEL]: trial },
    cordon: (name, unschedulable) =>
      void store.patch({ resource: "nodes", namespace: "", name }, "merge", { spec: { unschedulable } }),
    [Symbol.dispose]() {
      for (const ref of refs) store.remove(ref);
    },
  };
}
