import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { issueCertificate, type Certificate } from "../../gate/certificate.ts";
import type { Home, HomeOptions } from "../home.ts";
import { homeOf } from "../home-of.ts";
import { openRuntime } from "../open-runtime.ts";
import type { Runtime } from "../runtime.ts";
import { openStallWatch, type StallWatch } from "../stall-watch.ts";
import { openTurnstile, type Turnstile } from "../turnstile.ts";
import { startControlPlane } from "./control-plane.ts";
import { openNodes } from "./nodes.ts";
import { openPlanes, type Lendable } from "./planes.ts";
import { openApiserverTrial, wantsAlone, type Plane } from "./trial.ts";

/** What the trials of a run have in common, whatever control plane they are on. */
type Common = {
  readonly certificate: Certificate;
  readonly turn: Turnstile;
  readonly runtime: Runtime;
  readonly stalls: StallWatch;
};

/** Starts a control plane with its nodes; disposing ends it. */
async function startPlane(
  options: HomeOptions,
  name: string,
  common: Common,
  signal: AbortSignal,
): Promise<Plane & Lendable> {
  await using stack = new AsyncDisposableStack();
  const control = stack.use(await startControlPlane(options, name, signal));
  const beating = new AbortController();
  stack.defer(() => beating.abort());
  const beat = await openNodes(control.client, beating.signal);
  const owned = stack.move();
  return {
    ...common,
    client: control.client,
    ended: control.ended,
    ca: readFileSync(control.credentials.ca, "utf8"),
    stopApi: () => control.stopApi(),
    pauseEtcd: () => control.pauseEtcd(),
    beat,
    get broken() {
      return control.disturbed;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Real control planes of a run, and trials whose pods run on this machine. */
export async function openApiserver(options: HomeOptions, signal: AbortSignal): Promise<Home> {
  signal.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  const runtime = stack.use(await openRuntime(options, signal));
  const certificate = await issueCertificate([runtime.host]);
  const stalls = stack.use(openStallWatch());
  const common = { certificate, runtime, stalls, turn: openTurnstile() };
  let made = 0;
  const start = (cut: AbortSignal) => startPlane(options, `control-plane-${(made += 1)}`, common, cut);
  const first = await start(signal);
  // One that is shared, and one alone, at the least.
  const planes = stack.use(openPlanes<Plane & Lendable>(first, start, Math.max(2, availableParallelism())));
  const kubernetes = await first.client.version();
  const open: Home["openTrial"] = async (trial, cut) =>
    openApiserverTrial(await planes.lend(wantsAlone(trial), cut), options, trial, cut);
  return homeOf("apiserver", stack.move(), open, { kubernetes, address: runtime.host });
}
