import { readFileSync } from "node:fs";
import { issueCertificate } from "../../gate/certificate.ts";
import { addressesOf } from "../addresses.ts";
import type { Home, HomeOptions } from "../home.ts";
import { homeOf } from "../home-of.ts";
import { openSpawner } from "../spawner.ts";
import { openStallWatch } from "../stall-watch.ts";
import { openTurnstile } from "../turnstile.ts";
import { startControlPlane } from "./control-plane.ts";
import { openNodes } from "./nodes.ts";
import { openApiserverTrial, type Plane } from "./trial.ts";

/** One real control plane for the whole run, and trials whose pods are processes of this machine. */
export async function openApiserver(options: HomeOptions, signal: AbortSignal): Promise<Home> {
  signal.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  const [control, certificate] = await Promise.all([startControlPlane(options, signal), issueCertificate()]);
  stack.use(control);
  const { client, credentials } = control;
  const beating = new AbortController();
  stack.defer(() => beating.abort());
  await openNodes(client, beating.signal);
  const ca = readFileSync(credentials.ca, "utf8");
  const plane: Plane = {
    client,
    ended: control.ended,
    ca,
    certificate,
    address: addressesOf(options.run),
    turn: openTurnstile(),
    spawner: stack.use(await openSpawner(options)),
    stalls: stack.use(openStallWatch()),
  };
  const kubernetes = await client.version();
  const open: Home["openTrial"] = (trial, cut) => openApiserverTrial(plane, options, trial, cut);
  return homeOf("apiserver", stack.move(), open, { kubernetes });
}
