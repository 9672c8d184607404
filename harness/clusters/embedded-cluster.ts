import type { ObjectStore, Ref } from "../kubernetes/objects.ts";
import { refOf } from "../kubernetes/rollout/action.ts";
import type { Deployment } from "../kubernetes/rollout/types.ts";
import type { Hands, NodeHands } from "./process-cluster.ts";
import type { RecordWriter } from "./record-writer.ts";
import { restarted, roll, type RollOptions } from "./roll.ts";
import type { TrialApi } from "./trial-api.ts";
import { NOT_DRAINED, NOT_SCALED, type TemplateChange } from "./workload.ts";

/** A trial's hands in the embedded API: the store itself. */
export function embeddedHands(options: {
  readonly store: ObjectStore;
  readonly rollout: RollOptions;
  readonly wall: () => Date;
  /** What a migration changes; absent where the elector names no successor. */
  readonly migration?: TemplateChange;
  readonly writer: RecordWriter;
  readonly api: TrialApi;
  /** Whether new pods come to a node of the trial's own; absent where it has none. */
  readonly nodes?: Pick<NodeHands, "cordon">;
}): Hands {
  const { store, rollout, wall, migration, writer, api, nodes } = options;
  const removePod: Hands["removePod"] = (pod, gracePeriodSeconds) => {
    const { uid } = pod.metadata;
    store.remove(refOf("pods", pod), { gracePeriodSeconds, ...(uid === undefined ? {} : { uid }) });
  };
  const evict: NodeHands["evict"] = (pod) => removePod(pod, pod.spec.terminationGracePeriodSeconds ?? 30);
  return {
    removePod,
    editRecord: (edit, fault) => writer.edit(edit, fault),
    deleteRecord: (fault) => writer.remove(fault),
    scale: (count) => scaleTo(store, rollout.ref, count),
    stopApi: () => api.stop(),
    ...(nodes && {
      nodes: {
        cordon(node: string, cordoned: boolean) {
          if (rollout.ref.resource !== "deployments") throw new Error(NOT_DRAINED);
          return nodes.cordon(node, cordoned);
        },
        evict,
      },
    }),
    rollout: (timeout, signal) => roll(rollout, restarted(wall()), timeout, signal),
    ...(migration && { migrate: (timeout, signal) => roll(rollout, migration, timeout, signal) }),
  };
}

/** Sets a Deployment's replicas; how many were asked for before. Throws for a DaemonSet. */
export function scaleTo(store: ObjectStore, ref: Ref, replicas: number): number {
  if (ref.resource !== "deployments") throw new Error(NOT_SCALED);
  const before = (store.get(ref) as Deployment | undefined)?.spec.replicas ?? 1;
  store.patch(ref, "merge", { spec: { replicas } });
  return before;
}
