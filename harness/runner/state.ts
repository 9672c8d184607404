import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { statOf } from "../clusters/proc.ts";
import { mkdirs } from "../electors/mkdirs.ts";

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
  const started = statOf(process.pid)?.started;
  // It appears with its owner: a `clean` beside it would take one that names nobody for a dead run's.
  const staged = join(stateRoot(), `.${process.pid}-${started}.${run}`);
  mkdirs(staged, 0o700);
  writeFileSync(join(staged, "owner"), `${process.pid} ${started}\n`);
  renameSync(staged, folder);
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

export type Abandoned = Omit<RunState, typeof Symbol.dispose> & { readonly run: string };

/** State folders whose harness is gone. */
export function abandoned(): readonly Abandoned[] {
  let names: string[];
  try {
    names = readdirSync(stateRoot());
  } catch {
    return []; // no run was ever made here
  }
  return names.flatMap((name) => {
    const folder = join(stateRoot(), name);
    const run = name.replace(STAGED, "");
    return ownerLives(name) ? [] : [{ run, folder, memory: join(memoryRoot(), run), ledger: join(folder, "ledger") }];
  });
}

/** A folder that has not got its name yet says whose it is in the one it has. */
const STAGED = /^\.(\d+)-(\d+)\./;

function ownerLives(name: string): boolean {
  try {
    const text = STAGED.exec(name)?.slice(1).join(" ") ?? readFileSync(join(stateRoot(), name, "owner"), "utf8");
    const [pid, started] = text.trim().split(" ");
    return statOf(Number(pid))?.started === started;
  } catch {
    return false; // who names no owner was removed half-way
  }
}
