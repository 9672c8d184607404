import { readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../../core/time.ts";
import { HarnessError } from "../../core/errors.ts";
import type { KindNode } from "./engine.ts";
import { watchLag, type LagMeter } from "./lag.ts";

export type NodeLags = {
  /** What lies between the stdout of this process (of this machine's number) and its log on the node. */
  of(node: string, pid: number, clock: Clock): LagMeter;
};

/** Finds each node's containerd in this machine's /proc, and again once it was restarted; HarnessError where it cannot be seen there. */
export function nodeLags(nodes: readonly KindNode[]): NodeLags {
  let runtimes = runtimesOf(nodes);
  const unseen = nodes.filter(({ name }) => !runtimes.has(name));
  if (unseen.length > 0)
    throw new HarnessError(`the processes of ${unseen.map(({ name }) => name).join(", ")} are not seen in /proc`, {
      mend: "run it on the machine that runs the Docker engine, not in a container of it",
    });
  return {
    of(node, pid, clock) {
      if (runtimes.get(node)?.every((runtime) => read(String(runtime), "comm").trim() === RUNTIME) !== true)
        runtimes = runtimesOf(nodes);
      const shim = parentOf(pid);
      const pids = [...(runtimes.get(node) ?? []), ...(shim === undefined ? [] : [shim])];
      return watchLag(() => pids, clock);
    },
  };
}

const RUNTIME = "containerd";

function runtimesOf(nodes: readonly KindNode[]): ReadonlyMap<string, readonly number[]> {
  const runtimes = new Map<string, readonly number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || read(name, "comm").trim() !== RUNTIME) continue;
    const node = nodes.find(({ container }) => read(name, "cgroup").includes(container))?.name;
    if (node !== undefined) runtimes.set(node, [...(runtimes.get(node) ?? []), Number(name)]);
  }
  return runtimes;
}

function parentOf(pid: number): number | undefined {
  const parent = /^PPid:\s*(\d+)$/m.exec(read(String(pid), "status"))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return ""; // it ended while we looked
  }
}
