import { HarnessError, InputError } from "../../core/errors.ts";
import type { Home, HomeOptions } from "../home.ts";
import { findContext } from "./kubeconfig.ts";
import { isNear, openNear } from "./near.ts";

/** A cluster of the user's own, for the runs of one command. */
export type OpenContext = AsyncDisposable & {
  openHome(options: HomeOptions, signal: AbortSignal): Promise<Home>;
};

export type ContextOptions = {
  /** Where what is done to the cluster is noted, for `clean`. */
  readonly folder: string;
  /** Its nodes may be touched. */
  readonly touchNodes?: boolean;
  readonly say: (text: string) => void;
};

/** Opens the named context. InputError where there is none; HarnessError where its cluster is not reached. */
export async function openContext(name: string, options: ContextOptions, signal: AbortSignal): Promise<OpenContext> {
  const { folder, touchNodes = false, say } = options;
  const context = await findContext(name);
  if (context === undefined) throw new InputError(`there is no context ${name}`, { field: "--cluster" });
  if (!touchNodes || !(await isNear(context, signal)))
    throw new HarnessError(`${name} is only run on with its nodes at hand`, { mend: "give --touch-nodes" });
  const cluster = await openNear(context, folder, say, signal);
  const { openKindHome } = await import("../kind/home.ts");
  return {
    openHome: (home, cut) => openKindHome(cluster, home, cut),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
