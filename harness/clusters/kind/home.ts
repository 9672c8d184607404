import { toleratesControlPlane } from "../../electors/manifests/pods.ts";
import { issueCertificate } from "../../gate/certificate.ts";
import { addressesOf } from "../addresses.ts";
import type { Home, HomeOptions, TrialOptions } from "../home.ts";
import { homeOf } from "../home-of.ts";
import { openStallWatch } from "../stall-watch.ts";
import type { KindCluster } from "./engine.ts";
import { nodeLags } from "./node-lags.ts";
import { openRoom, type Sharing } from "./room.ts";
import { openKindTrial, type KindPlane } from "./trial.ts";

/** With a node drained in one trial and another in the next no pod would find a place; a node that is gone is so for all. */
const sharingOf = ({ needs }: TrialOptions): Sharing =>
  needs?.has("machines") ? "alone" : needs?.has("nodes") ? "drains" : "beside";

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
  return homeOf("kind", stack.move(), open, {
    kubernetes,
    address: gateway,
    daemons: ({ manifests }) =>
      cluster.nodes.filter(({ worker }) => worker || (manifests && toleratesControlPlane(manifests.workload.object)))
        .length,
  });
}
