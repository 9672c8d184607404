import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HarnessError } from "../../core/errors.ts";
import { runProgram } from "../../electors/program.ts";
import { refOf } from "../../kubernetes/rollout/action.ts";
import { unlessGone, type ApiClient } from "../apiserver/client.ts";
import { cordon, isCordoned } from "../apiserver/nodes.ts";
import { clientOf, removeKindCluster } from "./engine.ts";
import { nodeRuns, startMachine } from "./machine.ts";
import { notedUndos, type Undo } from "./undo.ts";

/** Names of clusters that a command made, in its state folder, a line each. */
export const clusterLedger = (folder: string): string => join(folder, "kind-clusters");
/** `<cluster> <namespace>` of a run's trials, in its state folder. */
const namespaceLedger = (folder: string): string => join(folder, "kind-namespaces");

/** Notes a namespace before it is made. */
export const noteNamespace = (folder: string, cluster: string, namespace: string): void =>
  appendFileSync(namespaceLedger(folder), `${cluster} ${namespace}\n`);

export type Restored = {
  /** Clusters and namespaces. */
  readonly removed: readonly string[];
  /** What was done to nodes and pods, and is so no more. */
  readonly undone: readonly string[];
};

/**
 * Takes away what a dead harness noted in a state folder: its clusters; and in clusters that were kept what was done to
 * their nodes, and its namespaces. Nothing of them is left when it resolves.
 */
export async function removeNoted(folder: string, signal: AbortSignal): Promise<Restored> {
  const removed: string[] = [];
  const undone: string[] = [];
  for (const name of linesOf(clusterLedger(folder))) {
    await removeKindCluster(name, join(folder, "kubeconfig"));
    removed.push(`cluster ${name}`);
  }
  for (const each of notedUndos(folder)) {
    const what = await undo(each, signal);
    if (what !== undefined) undone.push(what);
  }
  for (const line of linesOf(namespaceLedger(folder))) {
    const [cluster = "", name = ""] = line.split(" ");
    await using client = await clientOf(cluster, signal);
    if (client !== undefined && (await removeNamespace(client, name, signal)))
      removed.push(`namespace ${name} of cluster ${cluster}`);
  }
  return { removed, undone };
}

/** What it undid, in words; undefined where nothing was to be undone any more. */
async function undo(one: Undo, signal: AbortSignal): Promise<string | undefined> {
  if (one.kind === "run") {
    const { node, argv, input, what } = one;
    const options = input === undefined ? {} : { input };
    const { code } = await runProgram(["docker", "exec", "-i", node, ...argv], signal, options);
    return code === 0 ? `${what} on ${node}` : undefined;
  }
  const { node, cluster } = one;
  await using client = await clientOf(cluster, signal);
  if (client === undefined) return undefined;
  if (one.kind === "start") {
    if ((await nodeRuns(node, signal)) !== false) return undefined;
    await startMachine(node, client, signal);
    return `started the node ${node}`;
  }
  if (!(await isCordoned(client, node))) return undefined;
  await cordon(client, node, false);
  return `uncordoned the node ${node}`;
}

/** How often it is looked whether a namespace has ended, in ms. */
const LOOK_EVERY = 250;

/** Removes a namespace and waits until it is gone; its pods are granted no grace, for nobody observes them. False when there was none. */
async function removeNamespace(client: ApiClient, name: string, signal: AbortSignal): Promise<boolean> {
  const ref = { resource: "namespaces", namespace: "", name };
  if (!(await client.remove(ref))) return false;
  while ((await client.get(ref)) !== undefined) {
    const { items } = await client.list({ resource: "pods", namespace: name });
    await Promise.all(items.map((pod) => unlessGone(client.remove(refOf("pods", pod), { gracePeriodSeconds: 0 }))));
    if (signal.aborted)
      throw new HarnessError(`the namespace ${name} does not end`, { mend: "see what `kubectl get` says of it" });
    await sleep(LOOK_EVERY);
  }
  return true;
}

const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? [...new Set(readFileSync(file, "utf8").split("\n").filter(Boolean))] : [];
