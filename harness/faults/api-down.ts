import { defineFault } from "../core/fault.ts";
import { unable } from "./ability.ts";
import { injectOutage } from "./outage.ts";

/** The API server goes away, its watches with it, and comes back with what it had kept. */
export const apiDown = defineFault<Readonly<Record<string, never>>>({
  name: "api-down",
  summary: "stops the API server and cuts its connections; it comes back with the same objects",
  needs: ["api"],
  effect: "cut",
  inject: (cluster, _none, _id, signal) => injectOutage(cluster, () => cluster.stopApi?.() ?? unable("api"), signal),
});
