import type { Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import type { Span } from "../core/scenario.ts";
import type { Millis } from "../core/time.ts";
import { matchOf, type CallParameters } from "./calls.ts";
import { injectIntoCalls } from "./disturb.ts";
import { pick } from "./pick.ts";
import { timeOf } from "./spans.ts";

export type ClockSkewParameters = Pick<CallParameters, "resources"> & {
  readonly target: Target;
  /** How far its clock goes ahead; less than zero: behind. In effect as whole seconds. */
  readonly by: Millis | Span;
};

/** A replica whose wall clock is wrong, as its peers and itself see it in the record, whatever it is written in. */
export const clockSkew = defineFault<ClockSkewParameters>({
  name: "clock-skew",
  summary: "shifts the stamps that a replica writes and reads as if its wall clock were wrong (by)",
  needs: ["gate"],
  effect: "stamps",
  async inject(cluster, parameters, id) {
    const disturbance = { kind: "skew", match: matchOf(parameters), by: timeOf(cluster, parameters.by) } as const;
    return injectIntoCalls(cluster, pick(cluster, parameters.target), disturbance, id);
  },
});
