import { readFileSync } from "node:fs";

/**
 * Whether the container of this process is held by the kernel's freezer at this instant (cgroup v1 or v2); undefined
 * where this machine does not show it.
 */
export function isFrozen(pid: number): boolean | undefined {
  try {
    const groups = readFileSync(`/proc/${pid}/cgroup`, "latin1").split("\n");
    const old = groups.find((line) => line.split(":")[1] === "freezer")?.split(":")[2];
    if (old !== undefined) return read(`/sys/fs/cgroup/freezer${old}/freezer.state`).startsWith("FROZEN");
    const unified = groups.find((line) => line.startsWith("0::"))?.slice(3);
    return unified === undefined ? undefined : read(`/sys/fs/cgroup${unified}/cgroup.events`).includes("frozen 1");
  } catch {
    return undefined; // gone, or a machine that hides its groups
  }
}

const read = (file: string): string => readFileSync(file, "latin1");
