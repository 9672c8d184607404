import { failover, liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { packetLoss } from "../harness/faults/packet-loss.ts";

export default defineScenario({
  summary: "Lose a tenth of the leader's packets, then a third of everybody's; TCP sends them again, later and later",
  replicas: 3,
  steps: [
    settle(),
    inject(packetLoss({ target: "leader", share: 0.1 }), { hold: takeovers(1.1, 1.4) }),
    settle(takeovers(1.1, 1.2)),
    inject(packetLoss({ target: "all", share: 0.33 }), { hold: takeovers(1.1, 1.4) }),
    settle(takeovers(1.1, 1.2)),
  ],
  // Whether a leader is lost is chance: a failover may be judged, and need not be.
  properties: [...safety, ...liveness.filter((property) => property !== failover)],
  minimum: { terms: 1, takeovers: 0, faults: 2 },
});
