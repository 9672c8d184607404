import { defineFault } from "../core/fault.ts";
import { injectIntoWatches, type WatchParameters } from "./watches.ts";

/** A watch that stays open and says nothing: a half-open connection, a proxy that buffers. */
export const watchFreeze = defineFault<WatchParameters>({
  name: "watch-freeze",
  summary: "lets live and new watches deliver nothing, and their events all at once when healed",
  needs: ["gate"],
  effect: "api",
  inject: (cluster, parameters, id, signal) => injectIntoWatches(cluster, "freeze", parameters, id, signal),
});
