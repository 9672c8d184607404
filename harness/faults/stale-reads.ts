import type { Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { matchOf, type CallParameters } from "./calls.ts";
import { injectIntoCalls } from "./disturb.ts";
import { pick } from "./pick.ts";

export type StaleReadsParameters = Pick<CallParameters, "resources"> & { readonly target: Target };

/** A cache behind the API's, or a member that lags: reads show the record as it was, writes meet it as it is. */
export const staleReads = defineFault<StaleReadsParameters>({
  name: "stale-reads",
  summary: "answers GET and LIST with the version that the first of them saw",
  needs: ["gate"],
  effect: "api",
  async inject(cluster, parameters, id) {
    return injectIntoCalls(
      cluster,
      pick(cluster, parameters.target),
      { kind: "stale", match: matchOf(parameters) },
      id,
    );
  },
});
