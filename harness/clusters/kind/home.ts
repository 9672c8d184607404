import { toleratesControlPlane } from "../../electors/manifests/pods.ts";
import { issueCertificate } from "../../gate/certificate.ts";
import { addressesOf } from "../addresses.ts";
import type { Home, HomeOptions } from "../home.ts";
import { homeOf } from "../home-of.ts";
import { openStallWatch } from "../stall-watch.ts";
import type { KindCluster } from "./engine.ts";
import { nodeLags } from "./node-lags.ts";
import { openRoom, sharingOf } from "../room.ts";
import { namespaceOf } from "../namespace-of.ts";
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
  const enter = openRoom();
  const open: Home["openTrial"] = async (trial, cut) => {
    const opened = (signalled: AbortSignal) => openKindTrial(plane, options, trial, signalled);
    return enter(sharingOf(trial), opened, cut);
  };
  return homeOf(cluster.guest === undefined ? "kind" : cluster.name, stack.move(), open, {
    kubernetes,
    address: gateway,
    namespaceOf: (trial) => namespaceOf(options.run, trial),
    daemons: ({ manifests }) =>
      cluster.nodes.filter(({ worker }) => worker || (manifests && toleratesControlPlane(manifests.workload.object)))
        .length,
  });
}
