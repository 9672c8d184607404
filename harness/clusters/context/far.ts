import type { Capability } from "../../core/cluster.ts";
import { issueCertificate } from "../../gate/certificate.ts";
import { addressesOf } from "../addresses.ts";
import { openClient } from "../apiserver/client.ts";
import { openForwarder } from "../apiserver/port-forward.ts";
import type { Home, HomeOptions } from "../home.ts";
import { homeOf } from "../home-of.ts";
import { namespaceOf } from "../namespace-of.ts";
import { openRoom, sharingOf } from "../room.ts";
import { openFarTrial, type FarPlane } from "./far-trial.ts";
import { guestOf } from "./guest.ts";
import type { KubeContext } from "./kubeconfig.ts";

/** A run's trials in a cluster of which nothing is at hand but its API. */
export async function openFarHome(
  context: KubeContext,
  options: HomeOptions,
  { relayImage, can }: { readonly relayImage: string; readonly can: ReadonlySet<Capability> },
  signal: AbortSignal,
): Promise<Home> {
  signal.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  const client = stack.use(openClient(context.url, context.access));
  const plane: FarPlane = {
    context,
    client,
    guest: guestOf(client, context.name, true),
    forwarder: stack.use(openForwarder(context.url, context.access)),
    certificate: await issueCertificate(),
    relayImage,
    can,
    address: addressesOf(options.run),
  };
  const kubernetes = await client.version();
  const enter = openRoom();
  const open: Home["openTrial"] = async (trial, cut) => {
    const opened = (signalled: AbortSignal) => openFarTrial(plane, options, trial, signalled);
    return enter(sharingOf(trial), opened, cut);
  };
  const more = { kubernetes, namespaceOf: (trial: number) => namespaceOf(options.run, trial) };
  return homeOf(context.name, stack.move(), open, more);
}
