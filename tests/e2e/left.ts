import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { processesOf } from "./cli.ts";

const user = `interregnum-${userInfo().uid}`;
const states = join(tmpdir(), user);
const roots = [states, join("/dev/shm", user)];

/** What a reading of the machine gives; undefined when what was to be read is not there, or not any more. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const namesIn = (folder: string): readonly string[] => attempt(() => readdirSync(folder)) ?? [];

/** The run of a folder; one that just opens bears its owner before its name. */
const runIn = (name: string): string => name.replace(/^\.\d+-\d+\./, "");

/** What a run has on this machine. */
export const left = (run: string) => ({
  processes: processesOf(run),
  folders: roots.flatMap((root) =>
    namesIn(root)
      .filter((name) => runIn(name) === run)
      .map((name) => join(root, name)),
  ),
});

/** The run of a harness, living or killed; "" where it has none. */
export function runOf(pid: number): string {
  const owner = (name: string): string =>
    attempt(() => readFileSync(join(states, name, "owner"), "utf8")) ?? name.replace(/^\.(\d+)-/, "$1 ");
  return runIn(namesIn(states).find((name) => owner(name).startsWith(`${pid} `)) ?? "");
}

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = "0A";
const PORT_FIELD = 1;
const STATE_FIELD = 3;
const INODE_FIELD = 9;

/** Ports that somebody listens on, by the inodes of their sockets. */
function listening(): ReadonlyMap<string, number> {
  const lines = ["tcp", "tcp6"].flatMap((file) => readFileSync(`/proc/net/${file}`, "utf8").split("\n").slice(1));
  const sockets = lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields[STATE_FIELD] === LISTEN);
  return new Map(
    sockets.map((fields) => [fields[INODE_FIELD]!, Number.parseInt(fields[PORT_FIELD]!.split(":")[1]!, 16)]),
  );
}

/** The listening sockets of processes; `still()`: the ports of those that are open yet, whoever has them. */
export function portsOf(pids: readonly number[]): { readonly count: number; still(): readonly number[] } {
  const held = pids.flatMap((pid) =>
    namesIn(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? "")?.[1] ?? [],
    ),
  );
  const now = listening();
  const inodes = [...new Set(held)].filter((inode) => now.has(inode));
  return {
    count: inodes.length,
    still() {
      const later = listening();
      return inodes.flatMap((inode) => later.get(inode) ?? []);
    },
  };
}
