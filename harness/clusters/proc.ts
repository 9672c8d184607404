import { readdirSync, readFileSync } from "node:fs";

/** What /proc/PID/stat says: state is one letter, `started` is field 22 (clock ticks after boot). */
export type ProcessStat = { readonly state: string; readonly group: number; readonly started: string };

/** Undefined when there is no such process. */
export function statOf(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined; // gone: that is the answer
  }
  // The name in field 2 may hold spaces and parentheses: everything after the last one is plain.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0]!, group: Number(fields[2]), started: fields[19]! };
}

const allPids = (): readonly number[] => readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [+name] : []));

/** Every process of a group, its leader included while it lives; reads all of /proc. */
export const membersOf = (group: number): readonly number[] => allPids().filter((pid) => statOf(pid)?.group === group);

/** A process and its descendants, found through their parents: cheaper than membersOf, and blind to adopted ones. */
export function familyOf(pid: number): readonly number[] {
  const family = [pid];
  for (const member of family) family.push(...childrenOf(member));
  return family;
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return []; // ended while we looked
  }
}

/** Whether the process was started with INTERREGNUM_RUN in its environment; false when that cannot be read. */
export function isOurs(pid: number, run?: string): boolean {
  try {
    const wanted = run === undefined ? "INTERREGNUM_RUN=" : `INTERREGNUM_RUN=${run}`;
    const variables = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    return variables.some((variable) => (run === undefined ? variable.startsWith(wanted) : variable === wanted));
  } catch {
    return false; // gone, or another user's
  }
}

/** Processes that carry this run's mark, wherever they fled to. */
export const straysOf = (run: string): readonly number[] => allPids().filter((pid) => isOurs(pid, run));

/** Whether nothing of a process is left but its parent's note: a dying leader is a zombie before its other threads are done. */
export function isGone(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state === undefined || (state === "Z" && threadsOf(pid) <= 1);
}

function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0; // gone meanwhile
  }
}

/** Sends a signal to a process (or, negative, a group); false when there is none. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
