import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, leases, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { clockSkew } from "../harness/faults/clock-skew.ts";
import { kill } from "../harness/faults/kill.ts";

export default defineScenario({
  summary:
    "Let the leader's clock go behind, a standby's ahead, the leader's ahead, and kill it: stamps decide nothing",
  replicas: 3,
  steps: [
    settle(),
    inject(clockSkew({ target: "leader", by: leases(-3) }), { hold: leases(1, 1.5) }),
    settle(),
    inject(clockSkew({ target: "standby", by: leases(3) }), { hold: leases(1, 1.5) }),
    settle(),
    inject(clockSkew({ target: "leader", by: leases(3) }), { hold: retries(1.5, 2.5) }),
    inject(kill({ target: "leader" })), // its last stamp is still of the future
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 4 },
});
