import type { Target } from "../core/cluster.ts";
import { defineFault } from "../core/fault.ts";
import { matchOf, WRITES, type CallParameters } from "./calls.ts";
import { injectIntoCalls } from "./disturb.ts";
import { pick } from "./pick.ts";

export type LoseReplyParameters = CallParameters & {
  readonly target: Target;
  /** How many replies are lost, one unless told. */
  readonly times?: number;
};

/** The next writes of the lock are committed, and nobody tells their author. */
export const loseReply = defineFault<LoseReplyParameters>({
  name: "lose-reply",
  summary: "lets the next write of the lock commit and drops the answer (times: how many)",
  needs: ["gate"],
  effect: "api",
  async inject(cluster, parameters, id) {
    const match = matchOf(parameters, WRITES);
    const disturbance = { kind: "lose-reply", match, times: parameters.times ?? 1 } as const;
    return injectIntoCalls(cluster, pick(cluster, parameters.target), disturbance, id);
  },
});
