import type { Cluster } from "../core/cluster.ts";
import { clientGoProfile } from "../core/elector.ts";
import { HarnessError } from "../core/errors.ts";
import { unitOf, type Span } from "../core/scenario.ts";
import { millis, type Millis } from "../core/time.ts";

/** The least of a span in ms by the cluster's timing; plain milliseconds as they are. HarnessError where it has none. */
export function timeOf(cluster: Cluster, time: Millis | Span): Millis {
  if (typeof time === "number") return time;
  if (cluster.timing === undefined)
    throw new HarnessError(`this cluster does not know its replicas' timing, of which a fault asks ${time.unit}s`, {
      mend: "give the fault plain milliseconds",
    });
  return millis(time.min * unitOf(time.unit, cluster.timing, clientGoProfile));
}
