import type { Capability } from "../../core/cluster.ts";
import { InputError } from "../../core/errors.ts";
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
  /** The image of the relay beside each elector, which has to hold a `node`. */
  readonly relayImage?: string;
  /** What is reached through relays can do so much. */
  readonly can: ReadonlySet<Capability>;
  readonly say: (text: string) => void;
};

const RELAY_IMAGE = "node:24-slim";

/**
 * Opens the named context: through relays, or, where its nodes are containers of this machine and may be touched, as a
 * kind cluster. InputError where there is none; HarnessError where its cluster is not reached.
 */
export async function openContext(name: string, options: ContextOptions, signal: AbortSignal): Promise<OpenContext> {
  const { folder, touchNodes = false, relayImage, say, can } = options;
  const context = await findContext(name);
  if (context === undefined) throw new InputError(`there is no context ${name}`, { field: "--cluster" });
  // Whoever names a relay's image wants relays.
  if (touchNodes && relayImage === undefined && (await isNear(context, signal))) {
    const cluster = await openNear(context, folder, say, signal);
    const { openKindHome } = await import("../kind/home.ts");
    return {
      openHome: (home, cut) => openKindHome(cluster, home, cut),
      [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
    };
  }
  const { openFarHome } = await import("./far.ts");
  return {
    openHome: (home, cut) => openFarHome(context, home, { relayImage: relayImage ?? RELAY_IMAGE, can }, cut),
    async [Symbol.asyncDispose]() {},
  };
}
