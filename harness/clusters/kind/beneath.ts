import type { Cluster, Replica } from "../../core/cluster.ts";
import { incarnationKey } from "../../core/events.ts";
import type { Time } from "../../core/time.ts";
import type { NodeHands } from "../process-cluster.ts";
import type { ReplicaHost } from "../replica-host.ts";
import type { KindCluster } from "./engine.ts";
import type { KindPods } from "./kind-pods.ts";
import { stopMachine } from "./machine.ts";
import type { GateAddress } from "./packet-rules.ts";
import { layRule, reachFrom } from "./packets.ts";
import { podNet, type PodNet } from "./pod-net.ts";
import type { NoteUndo } from "./undo.ts";

/** What of the Cluster port is done beneath Kubernetes: to the networks of pods, and to whole nodes. */
export type Beneath = Required<Pick<Cluster, "network" | "reach" | "stopNode">>;

export function beneath(options: {
  readonly pods: KindPods;
  readonly host: ReplicaHost;
  readonly cluster: Pick<KindCluster, "name" | "client">;
  readonly time: Time;
  readonly note: NoteUndo;
}): Beneath {
  const { pods, host, cluster, time, note } = options;
  const netOf = async (replica: Replica, signal: AbortSignal): Promise<PodNet> => {
    const pod = pods.named(replica.replica);
    const node = pod?.pod.spec.nodeName;
    if (pod?.main?.incarnation !== replica.incarnation || node === undefined)
      throw new Error(`${incarnationKey(replica)} is gone`);
    return podNet(node, pod.main.process, signal);
  };
  const gateOf = ({ replica }: Replica): GateAddress => {
    const gate = host.gate(replica);
    if (gate === undefined) throw new Error(`${replica} is gone, and its gate with it`);
    return { host: new URL(gate.url).hostname, port: gate.port };
  };
  return {
    async network(replica, rule, fault, signal) {
      const net = await netOf(replica, signal);
      return layRule(rule, fault, { net, gate: gateOf(replica), clock: time, note }, signal);
    },
    async reach(replica, timeout, signal) {
      return reachFrom(await netOf(replica, signal), gateOf(replica), timeout, signal);
    },
    stopNode: (node, signal) =>
      stopMachine(node, { cluster: cluster.name, client: cluster.client, pods: pods.all, note }, signal),
  };
}

/** Notes that a node is cordoned before it is. */
export const notedNodes = (cluster: string, nodes: NodeHands, note: NoteUndo): NodeHands => ({
  ...nodes,
  cordon(node, cordoned) {
    if (cordoned) note({ kind: "uncordon", cluster, node });
    return nodes.cordon(node, cordoned);
  },
});
