import { readdirSync, readFileSync } from "node:fs";
import { statOf } from "../../proc.ts";

/** A clock tick of /proc in ms: USER_HZ is 100 on every machine of Linux. */
const TICK = 10;

/** The elector's first process: its number, its start in ticks after boot, and when by our clock that was. */
export type Main = { readonly pid: number; readonly ticks: string; readonly since: number; readonly at: number };

/** Processes of the pod that are no sandbox and not ours; the pod shares one namespace of processes. */
export function others(): readonly number[] {
  const pids = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.filter((pid) => pid !== 1 && pid !== process.pid && alive(pid));
}

/** Of those the one that a container runtime started: its parent is not of this namespace. */
export function mainOf(pids: readonly number[], now: () => number): Main | undefined {
  const pid = pids.find((each) => /^PPid:\s*0$/m.test(read(each, "status")));
  const ticks = pid === undefined ? undefined : statOf(pid)?.started;
  if (pid === undefined || ticks === undefined) return undefined;
  const uptime = Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 1000;
  const at = now() - uptime + Number(ticks) * TICK;
  return { pid, ticks, since: at - TICK, at: Math.min(now(), at + TICK) };
}

/** Whether it is that process, and no zombie. */
export const lives = ({ pid, ticks }: Main): boolean => statOf(pid)?.started === ticks && alive(pid);

/** A letter for each process: T where it is stopped, S where it is not. */
export const statesOf = (pids: readonly number[]): string =>
  pids.map((pid) => ("Tt".includes(statOf(pid)?.state ?? "X") ? "T" : "S")).join("");

const alive = (pid: number): boolean => !["Z", "X", undefined].includes(statOf(pid)?.state);

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return ""; // it ended while we looked
  }
}
