import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { statOf } from "../clusters/proc.ts";

/** Where every run of this user keeps what `clean` needs: one folder a run. */
export const stateRoot = (): string => join(tmpdir(), `interregnum-${userInfo().uid}`);

/** The same on a file system in memory where there is one: a database's log need not wear a disk. */
const memoryRoot = (): string =>
  existsSync("/dev/shm")
    ? join("/dev/shm", `interregnum-${userInfo().uid}`)
    : join(tmpdir(), `interregnum-memory-${userInfo().uid}`);

export type RunState = {
  readonly folder: string;
  /** The run's folder in memory; made by who needs it. */
  readonly memory: string;
  /** The kubelets' list of processes. */
  readonly ledger: string;
  [Symbol.dispose](): void;
};

/** Opens the run's state folder; disposing removes it. What a SIGKILL leaves, `clean` finds by its owner being gone. */
export function openState(run: string): RunState {
  const folder = join(stateRoot(), run);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "owner"), `${process.pid} ${statOf(process.pid)?.started}\n`);
  const memory = join(memoryRoot(), run);
  return {
    folder,
    memory,
    ledger: join(folder, "ledger"),
    [Symbol.dispose]: () => removeState({ folder, memory }),
  };
}

/** Removes all that a run kept. */
export function removeState({ folder, memory }: { readonly folder: string; readonly memory: string }): void {
  rmSync(memory, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** State folders whose harness is gone. */
export function abandoned(): readonly (Omit<RunState, typeof Symbol.dispose> & { readonly run: string })[] {
  let runs: string[];
  try {
    runs = readdirSync(stateRoot());
  } catch {
    return []; // no run was ever made here
  }
  return runs.flatMap((run) => {
    const folder = join(stateRoot(), run);
    return ownerLives(folder) ? [] : [{ run, folder, memory: join(memoryRoot(), run), ledger: join(folder, "ledger") }];
  });
}

function ownerLives(folder: string): boolean {
  try {
    const [pid, started] = readFileSync(join(folder, "owner"), "utf8").trim().split(" ");
    return statOf(Number(pid))?.started === started;
  } catch {
    return false; // an owner that never got to write its name is gone
  }
}
