import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { mayHaveContainers } from "../clusters/containers/mark.ts";
import { undoDeeds } from "../clusters/context/leftovers.ts";
import { removeNoted } from "../clusters/kind/leftovers.ts";
import { reap } from "../clusters/ledger.ts";
import { isGone, send, straysOf } from "../clusters/proc.ts";
import { HarnessError } from "../core/errors.ts";
import { abandoned, removeState } from "./state.ts";

export type Cleaned = {
  readonly run: string;
  readonly processes: readonly number[];
  /** Names of containers and networks. */
  readonly containers: readonly string[];
  /** Of kind: clusters that it had made, namespaces of those that were kept; of a context: what it had done there. */
  readonly removed: readonly string[];
  /** What was done to nodes and pods of kind, and is so no more. */
  readonly undone: readonly string[];
};

/** How often the dying are looked at, and how long they are waited for, in ms. */
const LOOK = 10;
const GONE_WITHIN = 10_000;

/** kind is granted this for what one run left, in ms. */
const REMOVED_WITHIN = 300_000;

/**
 * Ends every process and removes every container and cluster that a dead harness left, and what it kept; a living run
 * is not touched. HarnessError where containers may be left and no engine answers: their run stays noted.
 */
export async function clean(): Promise<readonly Cleaned[]> {
  const cleaned: Cleaned[] = [];
  for (const { run, folder, memory, ledger } of abandoned()) {
    const processes = await endProcesses(run, ledger);
    const containers = mayHaveContainers(folder) ? await removeAll(run) : [];
    const { removed: ours, undone } = await removeNoted(folder, AbortSignal.timeout(REMOVED_WITHIN));
    const removed = [...ours, ...(await undoDeeds(folder))];
    removeState({ folder, memory });
    cleaned.push({ run, processes, containers, removed, undone });
  }
  return cleaned;
}

/**
 * Ends what the ledger names, and what bears the run's mark and was started too late to be noted; resolves once all are
 * gone, with their ports and files.
 */
async function endProcesses(run: string, ledger: string): Promise<readonly number[]> {
  const ended = new Set(existsSync(ledger) ? reap(ledger) : []);
  const deadline = performance.now() + GONE_WITHIN;
  for (;;) {
    const strays = straysOf(run).filter((pid) => !ended.has(pid));
    for (const pid of strays) if (send(pid, "SIGKILL")) ended.add(pid);
    const living = [...ended].filter((pid) => !isGone(pid));
    if (strays.length + living.length === 0) return [...ended];
    if (performance.now() > deadline)
      throw new HarnessError(`processes of run ${run} got SIGKILL and do not end: ${living.join(", ")}`, {
        mend: "look for what holds them (state D in ps: a disk or a network file system), and clean again",
      });
    await sleep(LOOK);
  }
}

async function removeAll(run: string): Promise<readonly string[]> {
  const [{ findEngine }, { removeContainers }] = await Promise.all([
    import("../clusters/containers/engine.ts"),
    import("../clusters/containers/remains.ts"),
  ]);
  return removeContainers((await findEngine()).container.dockerode, run);
}
