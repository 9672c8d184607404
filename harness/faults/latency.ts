import type { Target } from "../core/cluster.ts";
import { assert } from "../core/errors.ts";
import { defineFault } from "../core/fault.ts";
import { millis, type Millis } from "../core/time.ts";
import { matchOf, type CallParameters } from "./calls.ts";
import { injectIntoCalls } from "./disturb.ts";
import { pick } from "./pick.ts";

export type LatencyParameters = CallParameters & {
  readonly target: Target;
  /** Milliseconds before the request goes on. */
  readonly before?: Millis;
  /** Milliseconds after the commit before the answer goes back. */
  readonly after?: Millis;
};

/** A slow API: requests that wait, or answers that come long after the commit. */
export const latency = defineFault<LatencyParameters>({
  name: "latency",
  summary: "delays calls: `before` they are forwarded, or `after` they are committed",
  needs: ["gate"],
  effect: "delay",
  async inject(cluster, parameters, id) {
    const { before = millis(0), after = millis(0) } = parameters;
    assert(before + after > 0, "a latency fault delays nothing");
    const disturbance = { kind: "latency", match: matchOf(parameters), before, after } as const;
    return injectIntoCalls(cluster, pick(cluster, parameters.target), disturbance, id);
  },
});
