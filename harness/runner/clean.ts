import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { mayHaveContainers } from "../clusters/containers/mark.ts";
import { undoDeeds } from "../clusters/context/leftovers.ts";
import { removeNoted } from "../clusters/kind/leftovers.ts";
import { reap } from "../clusters/ledger.ts";
import { isGone, send, straysOf } from "../clusters/proc.ts";
import { HarnessError } from "../core/errors.ts";
import { abandoned, removeState, type Abandoned } from "./state.ts";

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

/** What was cleaned, and why the rest could not be: that stays noted. */
export type Cleaning = { readonly cleaned: readonly Cleaned[]; readonly problems: readonly HarnessError[] };

/**
 * Ends every process and removes every container and cluster that dead harnesses left, and what they kept; a living run
 * is not touched, and one that cannot be cleaned keeps none of the others.
 */
export async function clean(): Promise<Cleaning> {
  const cleaned: Cleaned[] = [];
  const problems: HarnessError[] = [];
  for (const state of abandoned())
    try {
      cleaned.push(await cleanRun(state));
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      problems.push(error);
    }
  return { cleaned, problems };
}

/** HarnessError where something of it is left that does not end, or containers may be and no engine answers. */
async function cleanRun({ run, folder, memory, ledger }: Abandoned): Promise<Cleaned> {
  // A process of a frozen container bears the run's mark too, and obeys nobody but its engine.
  const containers = mayHaveContainers(folder) ? await removeAll(run) : [];
  const processes = await endProcesses(run, ledger);
  const { removed: ours, undone } = await removeNoted(folder, AbortSignal.timeout(REMOVED_WITHIN));
  const removed = [...ours, ...(await undoDeeds(folder))];
  removeState({ folder, memory });
  return { run, processes, containers, removed, undone };
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
