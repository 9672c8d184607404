import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientOf, removeKindCluster } from "./engine.ts";

/** Names of clusters that a command made, in its state folder, a line each. */
export const clusterLedger = (folder: string): string => join(folder, "kind-clusters");
/** `<cluster> <namespace>` of a run's trials, in its state folder. */
const namespaceLedger = (folder: string): string => join(folder, "kind-namespaces");

/** Notes a namespace before it is made. */
export const noteNamespace = (folder: string, cluster: string, namespace: string): void =>
  appendFileSync(namespaceLedger(folder), `${cluster} ${namespace}\n`);

/** Removes what a dead harness noted in a state folder: its clusters, and its namespaces in clusters that were kept; says which. */
export async function removeNoted(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of linesOf(clusterLedger(folder))) {
    await removeKindCluster(name, join(folder, "kubeconfig"));
    removed.push(`cluster ${name}`);
  }
  for (const line of linesOf(namespaceLedger(folder))) {
    const [cluster = "", name = ""] = line.split(" ");
    await using client = await clientOf(cluster, signal);
    if (await client?.remove({ resource: "namespaces", namespace: "", name }))
      removed.push(`namespace ${name} of cluster ${cluster}`);
  }
  return removed;
}

const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? [...new Set(readFileSync(file, "utf8").split("\n").filter(Boolean))] : [];
