import { randomUUID } from "node:crypto";
import { messageOf } from "../core/errors.ts";
import { issueCertificate } from "../gate/certificate.ts";
import { startControllers } from "../kubernetes/rollout/controllers.ts";
import { Store } from "../kubernetes/store.ts";
import { openEmbeddedTrial, type ControlPlane } from "./embedded-trial.ts";
import { openStallWatch } from "./stall-watch.ts";
import { openRuntime } from "./open-runtime.ts";
import { openTurnstile } from "./turnstile.ts";
import type { Home, HomeOptions } from "./home.ts";
import { homeOf } from "./home-of.ts";

/** The one virtual node: this machine. */
const NODE = "interregnum";

/** One in-process API for the whole run, its controllers, and trials whose pods run on this machine. */
export async function openEmbedded(options: HomeOptions, signal: AbortSignal): Promise<Home> {
  signal.throwIfAborted();
  const wall = (): Date => new Date();
  const store = new Store({ now: wall, uid: randomUUID });
  await using stack = new AsyncDisposableStack();
  const runtime = stack.use(await openRuntime(options, signal));
  const certificate = await issueCertificate([runtime.host]);
  stack.use(
    startControllers(store, {
      now: wall,
      defer: (run) => void setImmediate(run),
      later(ms, run) {
        const timer = setTimeout(run, ms);
        timer.unref();
        return () => clearTimeout(timer);
      },
      // The API's refusals are retried; one that stays is seen as pods that never come.
      refused: (work, error) => process.emitWarning(`embedded control plane: ${work}: ${messageOf(error)}`),
    }),
  );
  store.create("nodes", "", { apiVersion: "v1", kind: "Node", metadata: { name: NODE } });

  const plane: ControlPlane = {
    store,
    certificate,
    turn: openTurnstile(),
    stalls: stack.use(openStallWatch()),
    runtime,
    wall,
  };
  const open: Home["openTrial"] = (trial, trialSignal) => openEmbeddedTrial(plane, options, trial, trialSignal);
  return homeOf("embedded", stack.move(), open, { address: runtime.host });
}
