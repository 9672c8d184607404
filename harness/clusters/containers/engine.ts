import type { ContainerRuntimeClient } from "testcontainers";
import { HarnessError } from "../../core/errors.ts";

/** The way to a container engine, as testcontainers has found it. */
export type Engine = ContainerRuntimeClient["container"]["dockerode"];

/** What every container and network of a run is labelled with; the value is the run. */
export const LABEL = "interregnum.run";

/** Finds the engine by DOCKER_HOST, the user's Docker context or the usual sockets; HarnessError when none answers. */
export async function findEngine(): Promise<ContainerRuntimeClient> {
  const { getContainerRuntimeClient } = await import("testcontainers"); // costs 0.4 s: only who needs it pays
  try {
    return await getContainerRuntimeClient();
  } catch (cause) {
    throw new HarnessError("no container engine answers", {
      cause,
      mend: "start Docker (`docker info` has to answer for this user), or use --runtime process",
    });
  }
}

/** The status with which the engine refused; undefined for anything else that went wrong. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { readonly statusCode?: number } | undefined)?.statusCode;
