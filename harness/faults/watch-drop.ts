import { defineFault } from "../core/fault.ts";
import { injectIntoWatches, type WatchParameters } from "./watches.ts";

/** A watch that is cut again and again: a proxy's time limit, a server that is drained. */
export const watchDrop = defineFault<WatchParameters>({
  name: "watch-drop",
  summary: "cuts live watches and each new one",
  needs: ["gate"],
  effect: "api",
  inject: (cluster, parameters, id, signal) => injectIntoWatches(cluster, "drop", parameters, id, signal),
});
