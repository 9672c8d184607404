import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { processesOf } from "./cli.ts";

const user = `interregnum-${userInfo().uid}`;
const states = join(tmpdir(), user);
const roots = [states, join("/dev/shm", user)];

/** What a run has on this machine. */
export const left = (run: string) => ({
  processes: processesOf(run),
  folders: roots.map((root) => join(root, run)).filter((path) => existsSync(path)),
});

/** The run of a living harness. */
export function runOf(pid: number): string {
  const owned = (run: string): boolean => readFileSync(join(states, run, "owner"), "utf8").startsWith(`${pid} `);
  return readdirSync(states).find(owned) ?? "";
}
