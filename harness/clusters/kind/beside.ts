import type { Clock } from "../../core/time.ts";
import type { Pod, PodSpec } from "../../kubernetes/rollout/types.ts";
import type { PodHost } from "../pod-host.ts";
import { statOf } from "../proc.ts";
import { startedAt } from "./boot-time.ts";
import type { PodProcess } from "./pod-processes.ts";

/** The first processes of the containers beside the replica's, as they are found. */
export type Beside = {
  /** Takes the pod's processes as they were found. */
  found(pod: Pod, processes: readonly PodProcess[]): void;
  /** Whether one of them is gone since it was looked at last. */
  look(pod: Pod): void;
  /** Whether each container has its process, that is known. */
  complete(pod: Pod): boolean;
};

/** Whether its pods never run another container than the replica's, one that comes before it included. */
export const isAlone = ({ containers, initContainers }: PodSpec): boolean =>
  containers.length === 1 && (!Array.isArray(initContainers) || initContainers.length === 0);

/** Tells the host of them: what they wait for a processor, the replica's acts wait. */
export function besideOf(container: string, host: PodHost, clock: Clock): Beside {
  const known = new Map<string, PodProcess & { readonly incarnation: number }>();
  const counts = new Map<string, number>();
  const others = (pod: Pod) => pod.spec.containers.filter(({ name }) => name !== container);
  const look = (pod: Pod): void => {
    const since = clock.now();
    for (const one of others(pod)) {
      const process = known.get(one.name);
      if (process === undefined) continue;
      const stat = statOf(process.pid);
      if (stat?.started === process.started && stat.state !== "Z" && stat.state !== "X") continue;
      known.delete(one.name);
      const bounds = { since, at: clock.now() };
      host.exited({ pod, container: one, incarnation: process.incarnation }, { code: null, signal: null, bounds });
    }
  };
  return {
    look,
    found(pod, processes) {
      look(pod);
      for (const one of others(pod)) {
        const process = processes.find((each) => each.first && each.container === one.name);
        if (process === undefined || known.has(one.name)) continue;
        const incarnation = (counts.get(one.name) ?? 0) + 1;
        counts.set(one.name, incarnation);
        known.set(one.name, { ...process, incarnation });
        host.started(
          { pod, container: one, incarnation },
          { pid: process.pid, started: startedAt(process.started, clock) },
        );
      }
    },
    complete: (pod) => others(pod).every(({ name }) => known.has(name)),
  };
}
