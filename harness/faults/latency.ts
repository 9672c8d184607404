import type { Target } from "../core/cluster.ts";
import { assert } from "../core/errors.ts";
import { defineFault } from "../core/fault.ts";
import { millis, type Millis } from "../core/time.ts";
import type { Span } from "../core/scenario.ts";
import { matchOf, type CallParameters } from "./calls.ts";
import { injectIntoCalls } from "./disturb.ts";
import { pick } from "./pick.ts";
import { timeOf } from "./spans.ts";

export type LatencyParameters = CallParameters & {
  readonly target: Target;
  /** Before the request goes on: milliseconds, or the least of a span of the elector's. */
  readonly before?: Millis | Span;
  /** After the commit before the answer goes back. */
  readonly after?: Millis | Span;
};

/** A slow API: requests that wait, or answers that come long after the commit. */
export const latency = defineFault<LatencyParameters>({
  name: "latency",
  summary: "delays calls: `before` they are forwarded, or `after` they are committed",
  needs: ["gate"],
  effect: "delay",
  async inject(cluster, parameters, id) {
    const before = timeOf(cluster, parameters.before ?? millis(0));
    const after = timeOf(cluster, parameters.after ?? millis(0));
    assert(before + after > 0, "a latency fault delays nothing");
    const disturbance = { kind: "latency", match: matchOf(parameters), before, after } as const;
    return injectIntoCalls(cluster, pick(cluster, parameters.target), disturbance, id);
  },
});
