import type { Deployment } from "../../kubernetes/rollout/types.ts";
import type { Ref } from "../../kubernetes/objects.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import type { Hands, NodeHands } from "../process-cluster.ts";
import type { ApiClient } from "./client.ts";
import type { ControlPlane } from "./control-plane.ts";
import { cordon, evictPod } from "./nodes.ts";
import type { RecordChannel } from "./record-channel.ts";
import { restarted } from "../roll.ts";
import { NOT_DRAINED, NOT_SCALED, type TemplateChange } from "../workload.ts";
import { rollThrough } from "./roll.ts";

/** A trial's hands in a real API: the harness's own client; and the control plane, where the trial has it alone. */
export function apiHands(options: {
  readonly client: ApiClient;
  readonly channel: RecordChannel;
  readonly alone?: Pick<ControlPlane, "stopApi" | "pauseEtcd"> & Required<Pick<Hands, "beat">>;
  readonly rollout: Parameters<typeof rollThrough>[1];
  /** What a migration changes; absent where the elector names no successor. */
  readonly migration?: TemplateChange;
}): Hands {
  const { client, channel, alone, rollout, migration } = options;
  return {
    async removePod(pod, gracePeriodSeconds) {
      const { uid } = pod.metadata;
      await client.remove(refOf("pods", pod), { gracePeriodSeconds, ...(uid === undefined ? {} : { uid }) });
    },
    editRecord: (edit, fault) => channel.edit(edit, fault),
    deleteRecord: (fault) => channel.remove(fault),
    async scale(replicas) {
      if (rollout.ref.resource !== "deployments") throw new Error(NOT_SCALED);
      const before = (await client.get(rollout.ref)) as Deployment | undefined;
      await client.patch(rollout.ref, { spec: { replicas } });
      return before?.spec.replicas ?? 1;
    },
    rollout: (timeout, signal) => rollThrough(client, rollout, restarted(new Date()), timeout, signal),
    ...(migration && { migrate: (timeout, signal) => rollThrough(client, rollout, migration, timeout, signal) }),
    ...(alone && {
      stopApi: () => alone.stopApi(),
      pauseEtcd: () => alone.pauseEtcd(),
      nodes: nodeHands(client, rollout.ref),
      beat: alone.beat,
    }),
  };
}

/** Drains nodes of a real API; throws for what has a pod on each. */
export const nodeHands = (client: ApiClient, workload: Ref): NodeHands => ({
  cordon(node, cordoned) {
    if (workload.resource !== "deployments") throw new Error(NOT_DRAINED);
    return cordon(client, node, cordoned);
  },
  evict: (pod) => evictPod(client, pod),
});
