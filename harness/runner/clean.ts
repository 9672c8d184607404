import { existsSync } from "node:fs";
import { mayHaveContainers } from "../clusters/containers/mark.ts";
import { undoDeeds } from "../clusters/context/leftovers.ts";
import { removeNoted } from "../clusters/kind/leftovers.ts";
import { reap } from "../clusters/ledger.ts";
import { abandoned, removeState } from "./state.ts";

export type Cleaned = {
  readonly run: string;
  readonly processes: readonly number[];
  /** Names of containers and networks. */
  readonly containers: readonly string[];
  /** Of kind: clusters that it had made, namespaces of those that were kept; of a context: what it had done there. */
  readonly removed: readonly string[];
};

/** kind is granted this for what one run left, in ms. */
const REMOVED_WITHIN = 300_000;

/**
 * Ends every process and removes every container and cluster that a dead harness left, and what it kept; a living run
 * is not touched. HarnessError where containers may be left and no engine answers: their run stays noted.
 */
export async function clean(): Promise<readonly Cleaned[]> {
  const cleaned: Cleaned[] = [];
  for (const { run, folder, memory, ledger } of abandoned()) {
    const processes = existsSync(ledger) ? reap(ledger) : [];
    const containers = mayHaveContainers(folder) ? await removeAll(run) : [];
    const removed = [...(await removeNoted(folder, AbortSignal.timeout(REMOVED_WITHIN))), ...(await undoDeeds(folder))];
    removeState({ folder, memory });
    cleaned.push({ run, processes, containers, removed });
  }
  return cleaned;
}

async function removeAll(run: string): Promise<readonly string[]> {
  const [{ findEngine }, { removeContainers }] = await Promise.all([
    import("../clusters/containers/engine.ts"),
    import("../clusters/containers/remains.ts"),
  ]);
  return removeContainers((await findEngine()).container.dockerode, run);
}
