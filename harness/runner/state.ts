import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { statOf } from "../clusters/proc.ts";

/** Where every run of this user keeps what `clean` needs: one folder a run. */
export const stateRoot = (): string => join(tmpdir(), `interregnum-${userInfo().uid}`);

export type RunState = {
  readonly folder: string;
  /** The kubelets' list of processes. */
  readonly ledger: string;
  [Symbol.dispose](): void;
};

/** Opens the run's state folder; disposing removes it. What a SIGKILL leaves, `clean` finds by its owner being gone. */
export function openState(run: string): RunState {
  const folder = join(stateRoot(), run);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "owner"), `${process.pid} ${statOf(process.pid)?.started}\n`);
  return {
    folder,
    ledger: join(folder, "ledger"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** State folders whose harness is gone. */
export function abandoned(): readonly { readonly run: string; readonly folder: string; readonly ledger: string }[] {
  let runs: string[];
  try {
    runs = readdirSync(stateRoot());
  } catch {
    return []; // no run was ever made here
  }
  return runs.flatMap((run) => {
    const folder = join(stateRoot(), run);
    return ownerLives(folder) ? [] : [{ run, folder, ledger: join(folder, "ledger") }];
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
