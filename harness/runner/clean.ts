import { existsSync } from "node:fs";
import { mayHaveContainers } from "../clusters/containers/mark.ts";
import { reap } from "../clusters/ledger.ts";
import { abandoned, removeState } from "./state.ts";

export type Cleaned = {
  readonly run: string;
  readonly processes: readonly number[];
  /** Names of containers and networks. */
  readonly containers: readonly string[];
};

/**
 * Ends every process and removes every container that a dead harness left, and what it kept; a living run is not
 * touched. HarnessError where containers may be left and no engine answers: their run stays noted.
 */
export async function clean(): Promise<readonly Cleaned[]> {
  const cleaned: Cleaned[] = [];
  for (const { run, folder, memory, ledger } of abandoned()) {
    const processes = existsSync(ledger) ? reap(ledger) : [];
    const containers = mayHaveContainers(folder) ? await removeAll(run) : [];
    removeState({ folder, memory });
    cleaned.push({ run, processes, containers });
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
