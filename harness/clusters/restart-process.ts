import { setTimeout as sleep } from "node:timers/promises";
import type { PodWorker } from "./pod-worker.ts";

/** How often the pod is looked at, in ms. */
const LOOK_EVERY = 2;
/** The longest back-off is 10 s; a process that is not there so much (ms) after it never comes. */
const STARTS_WITHIN = 30_000;

/** SIGKILL to the first container's processes; resolves when the pod has started it again, rejects when it never will. */
export async function restartProcess(worker: PodWorker, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const late = AbortSignal.timeout(STARTS_WITHIN);
  const { main } = worker;
  const before = main?.incarnation ?? 0;
  main?.kill();
  while (main === undefined || main.incarnation === before || main.pid === undefined) {
    if (worker.terminating) throw new Error(`${worker.pod.metadata.name} is ending`);
    late.throwIfAborted();
    await sleep(LOOK_EVERY, undefined, { signal: AbortSignal.any([signal, late]) });
  }
}
