import type { HomeOptions } from "./home.ts";
import { openProcesses } from "./processes.ts";
import type { Runtime } from "./runtime.ts";

/** Opens what the home's pods run by. What only containers need is loaded when they are asked for. */
export async function openRuntime(options: HomeOptions, signal: AbortSignal): Promise<Runtime> {
  if (options.runtime !== "container") return openProcesses(options);
  return (await import("./containers/runtime.ts")).openContainers(options, signal);
}
