import { messageOf } from "../core/errors.ts";
import type { Kubelet } from "./kubelet.ts";

/** What a closing trial's replicas get between SIGTERM and SIGKILL. */
const CLOSING_GRACE_SECONDS = 1;

/** Ends every pod of a kubelet (SIGTERM, a short grace, SIGKILL) and waits until all are gone. */
export async function endWorkers(kubelet: Kubelet): Promise<void> {
  const workers = kubelet.workers();
  for (const worker of workers) {
    worker.terminate(CLOSING_GRACE_SECONDS);
    void worker.resume(); // a frozen one could not obey
  }
  await Promise.all(workers.map((worker) => worker.gone));
}

/** Why no replica can be started, in the user's words. */
export function describeFailure(error: unknown, command: readonly string[]): string {
  const { code, path } = error as NodeJS.ErrnoException;
  const program = path ?? command[0] ?? "";
  switch (code) {
    case "ENOENT":
      return `the command cannot be started: there is no program ${program} (or its folder is missing)`;
    case "EACCES":
      return `the command cannot be started: ${program} is not executable`;
    default:
      return `the replicas cannot be started: ${messageOf(error)}`;
  }
}
