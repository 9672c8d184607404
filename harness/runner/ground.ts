import { join } from "node:path";
import type { Home, HomeOptions } from "../clusters/home.ts";
import { newRunId } from "./folder.ts";
import { capabilitiesOf, homeNames, openHome } from "./homes.ts";
import { packageRoot } from "./root.ts";
import { openState } from "./state.ts";

/** What all runs of one command stand on; a cluster that takes long to make is made for the first, once. */
export type Ground = AsyncDisposable & {
  openHome(options: HomeOptions, signal: AbortSignal): Promise<Home>;
};

export type GroundOptions = {
  /** The image of a kind node; kind's own when absent. */
  readonly nodeImage?: string;
  /** A kind cluster is kept under its name, and taken again. */
  readonly keep?: boolean;
  /** The nodes of a context's cluster may be touched. */
  readonly touchNodes?: boolean;
  /** The image of the relay beside each elector of a context. */
  readonly relayImage?: string;
  readonly say: (text: string) => void;
};

/** Name of the cluster that --keep keeps. */
const KEPT = "interregnum";

/** Lays the ground for a command's runs on the named cluster; disposing removes what was made. */
export function openGround(cluster: string, options: GroundOptions): Ground {
  if (cluster === "kind") return kindGround(options);
  if (!homeNames.includes(cluster)) return contextGround(cluster, options);
  return {
    openHome: (home, signal) => openHome(cluster, home, signal),
    async [Symbol.asyncDispose]() {},
  };
}

function kindGround({ nodeImage = process.env["KIND_NODE_IMAGE"], keep = false, say }: GroundOptions): Ground {
  const id = newRunId();
  const state = openState(id);
  const making = async (signal: AbortSignal) => {
    const { openKindCluster } = await import("../clusters/kind/engine.ts");
    const { clusterLedger } = await import("../clusters/kind/leftovers.ts");
    return openKindCluster(
      {
        name: keep ? KEPT : `${KEPT}-${id.toLowerCase()}`,
        ...(nodeImage === undefined || nodeImage === "" ? {} : { image: nodeImage }),
        config: join(packageRoot, "kind-config.yaml"),
        keep,
        ledger: clusterLedger(state.folder),
        kubeconfig: join(state.folder, "kubeconfig"),
        say,
      },
      signal,
    );
  };
  let made: ReturnType<typeof making> | undefined;
  return {
    async openHome(home, signal) {
      made ??= making(signal);
      const { openKindHome } = await import("../clusters/kind/home.ts");
      return openKindHome(await made, home, signal);
    },
    async [Symbol.asyncDispose]() {
      using _state = state;
      const cluster = await made?.catch(() => undefined); // whoever waited for it was told
      await cluster?.[Symbol.asyncDispose]();
    },
  };
}

/** A cluster of the user's own: nothing is made before its first home is opened, and nothing of it is removed. */
function contextGround(name: string, options: GroundOptions): Ground {
  const state = openState(newRunId());
  const opening = async (signal: AbortSignal) => {
    const { openContext } = await import("../clusters/context/open.ts");
    const can = capabilitiesOf(name, options);
    return openContext(name, { ...options, can, folder: state.folder }, signal);
  };
  let opened: ReturnType<typeof opening> | undefined;
  return {
    async openHome(home, signal) {
      opened ??= opening(signal);
      return (await opened).openHome(home, signal);
    },
    async [Symbol.asyncDispose]() {
      using _state = state;
      const context = await opened?.catch(() => undefined); // whoever waited for it was told
      await context?.[Symbol.asyncDispose]();
    },
  };
}
