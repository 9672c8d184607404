import type { HomeOptions } from "./home.ts";
import { openProcesses } from "./processes.ts";
import type { Runtime } from "./runtime.ts";

/** Opens what the home's pods run by. */
export async function openRuntime(options: HomeOptions, signal: AbortSignal): Promise<Runtime> {
  signal.throwIfAborted();
  return openProcesses(options);
}
