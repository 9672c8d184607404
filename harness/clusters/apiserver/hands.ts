import type { Deployment } from "../../kubernetes/rollout/types.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import type { Hands } from "../process-cluster.ts";
import type { ApiClient } from "./client.ts";
import type { RecordChannel } from "./record-channel.ts";
import type { Relay } from "./relay.ts";
import { restarted } from "../roll.ts";
import { NOT_SCALED, type TemplateChange } from "../workload.ts";
import { rollThrough } from "./roll.ts";

/** A trial's hands in a real API: the harness's own client, and the trial's own way to the server. */
export function apiHands(options: {
  readonly client: ApiClient;
  readonly channel: RecordChannel;
  readonly relay: Relay;
  readonly rollout: Parameters<typeof rollThrough>[1];
  /** What a migration changes; absent where the elector names no successor. */
  readonly migration?: TemplateChange;
}): Hands {
  const { client, channel, relay, rollout, migration } = options;
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
    stopApi: () => relay.stop(),
    rollout: (timeout, signal) => rollThrough(client, rollout, restarted(new Date()), timeout, signal),
    ...(migration && { migrate: (timeout, signal) => rollThrough(client, rollout, migration, timeout, signal) }),
  };
}
