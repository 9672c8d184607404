import { issueCertificate } from "../../gate/certificate.ts";
import { addressesOf } from "../addresses.ts";
import type { Home, HomeOptions } from "../home.ts";
import { homeOf } from "../home-of.ts";
import { openStallWatch } from "../stall-watch.ts";
import type { KindCluster } from "./engine.ts";
import { nodeLags } from "./node-lags.ts";
import { namespaceOf } from "../namespace-of.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import { openKindTrial, type KindPlane } from "./trial.ts";

/** A run's trials in a kind cluster that somebody else makes and removes. */
export async function openKindHome(cluster: KindCluster, options: HomeOptions, signal: AbortSignal): Promise<Home> {
  signal.throwIfAborted();
  const { client, gateway } = cluster;
  await using stack = new AsyncDisposableStack();
  const plane: KindPlane = {
    cluster,
    certificate: await issueCertificate([gateway]),
    lags: nodeLags(cluster.nodes),
    address: addressesOf(options.run),
    stalls: stack.use(openStallWatch()),
  };
  const kubernetes = await client.version();
  const draining = oneAtATime();
  const open: Home["openTrial"] = async (trial, cut) => {
    const opened = (signalled: AbortSignal) => openKindTrial(plane, options, trial, signalled);
    // With a node drained in one trial and another in the next no pod would find a place.
    return trial.needs?.has("nodes") ? draining(opened, cut) : opened(cut);
  };
  return homeOf(cluster.guest === undefined ? "kind" : cluster.name, stack.move(), open, {
    kubernetes,
    address: gateway,
    ...(cluster.guest && { namespaceOf: (trial: number) => namespaceOf(options.run, trial) }),
  });
}
