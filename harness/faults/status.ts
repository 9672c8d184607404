import type { Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { matchOf, type CallParameters } from "./calls.ts";
import { injectIntoCalls } from "./disturb.ts";
import { pick } from "./pick.ts";

export type StatusParameters = CallParameters & {
  readonly target: Target;
  /** The status that is answered instead: 403, 409, 429, 500, 503, … */
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** How many calls are answered so; all of them unless told. */
  readonly times?: number;
};

/** A flaky API: calls are answered with an error and never reach it. */
export const status = defineFault<StatusParameters>({
  name: "status",
  summary: "answers calls with a status code (409, 429, 5xx, …) by verb and resource",
  needs: ["gate"],
  effect: "api",
  async inject(cluster, parameters, id) {
    const { retryAfterSeconds, times } = parameters;
    const disturbance = {
      kind: "status",
      match: matchOf(parameters),
      status: parameters.status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(times === undefined ? {} : { times }),
    } as const;
    return injectIntoCalls(cluster, pick(cluster, parameters.target), disturbance, id);
  },
});
