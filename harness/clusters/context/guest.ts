import { HarnessError } from "../../core/errors.ts";
import type { ApiClient } from "../apiserver/client.ts";
import { isCordoned } from "../apiserver/nodes.ts";
import { lockKinds } from "../apiserver/trial.ts";
import type { TrialOptions } from "../home.ts";
import type { NodeHands } from "../process-cluster.ts";
import { noteDeed, placeOf } from "./leftovers.ts";
import { checkPermissions } from "./permissions.ts";

/** How the harness behaves in a cluster of somebody else's: it asks first, and notes what it does before it does it. */
export type Guest = {
  /** HarnessError that lists what the context's user may not do and this trial would. */
  check(trial: TrialOptions): Promise<void>;
  noteNamespace(folder: string, namespace: string): void;
  /** The same hands: what the user cordoned himself is left alone, what we cordon is noted. */
  careful(hands: NodeHands, folder: string): NodeHands;
};

/** `relayed`: pods are reached and read through the API alone. */
export function guestOf(client: ApiClient, context: string, relayed: boolean): Guest {
  const place = placeOf(context);
  const checked = new Map<string, Promise<void>>();
  return {
    check(trial) {
      const { via } = trial.elector.observe;
      const deeds = {
        kinds: lockKinds(trial),
        workload: trial.elector.workload === "DaemonSet" ? ("daemonsets" as const) : ("deployments" as const),
        asks: !relayed && (via === "http" || via === "metrics"),
        relayed,
        drains: trial.needs?.has("nodes") ?? false,
      };
      const key = JSON.stringify(deeds);
      const known = checked.get(key) ?? checkPermissions(client, context, trial.namespace, deeds);
      checked.set(key, known);
      return known;
    },
    noteNamespace: (folder, namespace) => noteDeed(folder, place, { kind: "namespace", name: namespace }),
    careful: ({ cordon, evict }, folder) => ({
      evict,
      async cordon(node, cordoned) {
        if (cordoned) {
          if (await isCordoned(client, node)) throw new HarnessError(`${node} was cordoned by somebody else`);
          noteDeed(folder, place, { kind: "cordon", name: node });
        }
        await cordon(node, cordoned);
        if (!cordoned) noteDeed(folder, place, { kind: "cordon", name: node, undone: true });
      },
    }),
  };
}
