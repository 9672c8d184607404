import { setTimeout as sleep } from "node:timers/promises";
import type { Stopped } from "../../core/cluster.ts";
import { outputOf } from "../../electors/program.ts";
import type { ApiClient } from "../apiserver/client.ts";
import type { KindPod } from "./kind-pod.ts";
import type { NoteUndo } from "./undo.ts";

/** How often it is looked whether a node is back, in ms. */
const LOOK_EVERY = 100;

/** Whether the node's container runs; undefined when there is none. */
export async function nodeRuns(node: string, signal: AbortSignal): Promise<boolean | undefined> {
  const format = "{{.State.Running}}";
  const said = await outputOf(["docker", "inspect", "--type", "container", "--format", format, node], signal).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      if (/no such/i.test(String(error))) return undefined;
      throw error;
    },
  );
  return said === undefined ? undefined : said.trim() === "true";
}

/**
 * Takes a node's power: SIGKILL to its first process, which takes all others with it (a container that is stopped
 * would shut its pods down in good order). What it returns starts it again, and waits until its pods run as before.
 */
export async function stopMachine(
  node: string,
  on: {
    readonly cluster: string;
    readonly client: ApiClient;
    readonly pods: () => readonly KindPod[];
    readonly note: NoteUndo;
  },
  signal: AbortSignal,
): Promise<Stopped> {
  const there = () => on.pods().filter(({ pod }) => pod.spec.nodeName === node);
  const start = async (within: AbortSignal): Promise<void> => {
    await startMachine(node, on.client, within);
    while (!there().every((pod) => pod.ready || pod.terminating))
      await sleep(LOOK_EVERY, undefined, { signal: within });
  };
  on.note({ kind: "start", cluster: on.cluster, node });
  for (const pod of there()) pod.powerLost();
  try {
    await outputOf(["docker", "kill", node], signal);
    while ((await nodeRuns(node, signal)) !== false) await sleep(LOOK_EVERY, undefined, { signal });
    for (const pod of there()) pod.look();
  } catch (error) {
    await start(AbortSignal.timeout(BACK_WITHIN));
    throw error;
  }
  return { words: `the container of the node ${node} was killed`, start };
}

/** A node that could be stopped only half is granted this until it is back, in ms. */
const BACK_WITHIN = 120_000;

/** Starts a node's container, and waits until its kubelet has said that it is ready. */
export async function startMachine(node: string, client: ApiClient, signal: AbortSignal): Promise<void> {
  const since = Date.now();
  await outputOf(["docker", "start", node], signal);
  while (!(await isBack(node, client, since))) await sleep(LOOK_EVERY, undefined, { signal });
}

type Node = {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};
type Beat = { readonly spec?: { readonly renewTime?: string } };

/** Its condition stays as it was for a while after its end: only with a heartbeat since then it counts. */
async function isBack(node: string, client: ApiClient, since: number): Promise<boolean> {
  const [about, beat] = await Promise.all([
    client.get({ resource: "nodes", namespace: "", name: node }) as Promise<Node | undefined>,
    client.get({ resource: "leases", namespace: "kube-node-lease", name: node }) as Promise<Beat | undefined>,
  ]);
  const ready = about?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
  return ready && Date.parse(beat?.spec?.renewTime ?? "") >= since;
}
