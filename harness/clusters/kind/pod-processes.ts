import { readdirSync, readFileSync } from "node:fs";

/** A process of a pod's containers, as this machine and the pod's node number it. */
export type PodProcess = {
  readonly pid: number;
  readonly nodePid: number;
  /** The first process of its container. */
  readonly first: boolean;
  /** The container's name as its environment tells it; undefined where nobody but root may read that. */
  readonly container: string | undefined;
  /** Field 22 of /proc/PID/stat: clock ticks after boot. */
  readonly started: string;
};

export type PodProcesses = {
  /** Those of each pod that are no sandbox and no runtime's, by the pod's uid; reads what is new in /proc. */
  scan(uids: readonly string[]): ReadonlyMap<string, readonly PodProcess[]>;
};

/** In which each container of a pod finds its own name, so that their processes are told apart here. */
export const CONTAINER_NAME = "INTERREGNUM_CONTAINER";

/** A process that was so often found to be nobody's stays so: it was not just being moved into its cgroup. */
const SETTLED = 40;
/** Numbers are given again: what is known of them is forgotten after so many scans. */
const FORGET_EVERY = 400;
const notOurs = /^(?:pause|runc.*|conmon)$/;

/** Finds pods' processes in this machine's /proc: a kind node is a container of the same kernel. */
export function podProcesses(): PodProcesses {
  let strangers = new Map<number, number>();
  let scans = 0;
  return {
    scan(uids) {
      scans += 1;
      if (scans % FORGET_EVERY === 0) strangers = new Map();
      const found = new Map<string, PodProcess[]>(uids.map((uid) => [uid, []]));
      // The systemd driver writes a uid with underscores.
      const marks = uids.flatMap((uid) => [[uid, uid] as const, [uid.replaceAll("-", "_"), uid] as const]);
      for (const name of readdirSync("/proc")) {
        const pid = Number(name);
        if (!Number.isInteger(pid)) continue;
        const seen = strangers.get(pid) ?? 0;
        if (seen >= SETTLED) continue;
        const groups = read(pid, "cgroup");
        const uid = marks.find(([mark]) => groups.includes(mark))?.[1];
        if (uid === undefined) {
          if (!groups.includes("pod")) strangers.set(pid, seen + 1);
          continue;
        }
        const process = about(pid);
        if (process !== undefined) found.get(uid)!.push(process);
      }
      return found;
    },
  };
}

function about(pid: number): PodProcess | undefined {
  const stat = read(pid, "stat");
  const command = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const numbers = /^NSpid:\s*(.*)$/m.exec(read(pid, "status"))?.[1]?.split(/\s+/).map(Number) ?? [];
  if (notOurs.test(command) || fields[0] === "Z" || fields[0] === "X" || numbers.length < 3) return undefined;
  const first = numbers.at(-1) === 1;
  return {
    pid,
    nodePid: numbers.at(-2)!,
    first,
    container: first ? containerOf(pid) : undefined,
    started: fields[19]!,
  };
}

const containerOf = (pid: number): string | undefined =>
  read(pid, "environ")
    .split("\0")
    .find((entry) => entry.startsWith(`${CONTAINER_NAME}=`))
    ?.slice(CONTAINER_NAME.length + 1);

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return ""; // it ended while we looked
  }
}
