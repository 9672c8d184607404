import { liveness, safety } from "../harness/checkers/index.ts";
import { deadlines, defineScenario, inject, leases, settle, takeovers } from "../harness/core/scenario.ts";
import { latency } from "../harness/faults/latency.ts";

export default defineScenario({
  summary: "Answer the leader late, after the commit; then hold its requests back, before it, until a successor leads",
  replicas: 3,
  steps: [
    settle(),
    // The leader bears this one: a reply that is late by half of D is in time.
    inject(latency({ target: "leader", after: deadlines(0.5) }), { hold: leases(1, 1.5) }),
    settle(),
    inject(latency({ target: "leader", before: leases(4) }), { hold: takeovers(1.1, 1.4) }),
    settle(leases(1.1, 1.4)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 2 },
});
