import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, leases, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { packetDelay } from "../harness/faults/packet-delay.ts";

export default defineScenario({
  summary: "Delay what the leader sends, at first by what it bears, then by leases until a successor leads",
  replicas: 3,
  steps: [
    settle(),
    inject(packetDelay({ target: "leader", by: retries(0.25) }), { hold: leases(1, 1.5) }),
    settle(takeovers(1.1, 1.2)),
    inject(packetDelay({ target: "leader", by: leases(2) }), { hold: takeovers(1.1, 1.4) }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 2 },
});
