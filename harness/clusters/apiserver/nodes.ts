import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../../kubernetes/errors.ts";
import type { Ref } from "../../kubernetes/objects.ts";
import { stamp } from "../../kubernetes/rollout/action.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import { unlessGone, type ApiClient } from "./client.ts";

/** Virtual nodes, so that a pod's place means something: all of them are this machine. */
export const NODES = ["interregnum-1", "interregnum-2", "interregnum-3"];

const HEARTBEAT_MS = 10_000;
const RETRY_MS = 500;
const LEASES = "kube-node-lease";

const micro = (): string => new Date().toISOString().replace("Z", "000Z");

function conditionsOf() {
  const now = stamp(new Date());
  const condition = { status: "False", lastHeartbeatTime: now, lastTransitionTime: now };
  return [
    { ...condition, type: "Ready", status: "True", reason: "KubeletReady", message: "processes of this machine" },
    { ...condition, type: "MemoryPressure", reason: "KubeletHasSufficientMemory" },
    { ...condition, type: "DiskPressure", reason: "KubeletHasNoDiskPressure" },
    { ...condition, type: "PIDPressure", reason: "KubeletHasSufficientPID" },
  ];
}

function nodeOf(name: string) {
  const capacity = { cpu: "64", memory: "256Gi", pods: "1000" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" } },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: "InternalIP", address: "127.0.0.1" },
        { type: "Hostname", address: name },
      ],
      conditions: conditionsOf(),
    },
  };
}

/**
 * Registers the nodes and keeps their leases renewed, as a kubelet does, until the signal aborts. What it resolves with
 * says whether one's is.
 */
export async function openNodes(
  client: ApiClient,
  signal: AbortSignal,
): Promise<(node: string, beats: boolean) => void> {
  const silent = new Set<string>();
  await Promise.all(NODES.map((name) => client.create("nodes", "", nodeOf(name))));
  for (const name of NODES) void beat(client, name, () => !silent.has(name), signal);
  return (node, beats) => void (beats ? silent.delete(node) : silent.add(node));
}

const refTo = (name: string): Ref => ({ resource: "nodes", namespace: "", name });

/** Whether new pods may come to the node. */
export const cordon = async (client: ApiClient, name: string, unschedulable: boolean): Promise<void> =>
  void (await client.patch(refTo(name), { spec: { unschedulable } }));

/** Whether no new pod comes to the node; false when there is none of that name. */
export async function isCordoned(client: ApiClient, name: string): Promise<boolean> {
  const node = await client.get(refTo(name));
  return (node?.["spec"] as { readonly unschedulable?: boolean } | undefined)?.unschedulable === true;
}

/** Asks for the pod's eviction, as `kubectl drain` does; one that is gone needs none. */
export async function evictPod(client: ApiClient, { metadata }: Pod): Promise<void> {
  const { name, namespace = "", uid } = metadata;
  const eviction = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
    ...(uid === undefined ? {} : { deleteOptions: { preconditions: { uid } } }),
  };
  await unlessGone(client.create("pods", namespace, eviction, "eviction"));
}

type Condition = { readonly type: string; readonly status: string };

/** A node that was taken for lost, its lease renewed too late, says that it is ready, as a kubelet's status does. */
async function standUp(client: ApiClient, name: string): Promise<void> {
  const ref = refTo(name);
  const { conditions = [] } = ((await client.get(ref))?.["status"] ?? {}) as { readonly conditions?: Condition[] };
  if (conditions.some(({ type, status }) => type === "Ready" && status !== "True"))
    await client.patch(ref, { status: { conditions: conditionsOf() } }, "status");
}

async function beat(client: ApiClient, name: string, beats: () => boolean, signal: AbortSignal): Promise<void> {
  const spec = { holderIdentity: name, leaseDurationSeconds: 40 };
  const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name } };
  let there = false;
  while (!signal.aborted) {
    let wait = HEARTBEAT_MS;
    if (!beats()) wait = RETRY_MS;
    else
      try {
        const renewed = { ...spec, renewTime: micro() };
        if (there) await client.patch({ resource: "leases", namespace: LEASES, name }, { spec: renewed });
        else await client.create("leases", LEASES, { ...lease, spec: renewed });
        there = true;
        await standUp(client, name);
      } catch (error) {
        there ||= error instanceof ApiError && error.code === 409; // it was made, and the answer was lost
        wait = RETRY_MS; // else the namespace is not made yet, or the server is away: a node's lease may miss a few
      }
    await sleep(wait, undefined, { signal, ref: false }).catch(() => {});
  }
}
