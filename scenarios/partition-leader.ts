import { liveness, rejoin, safety, stepDown } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { partition } from "../harness/faults/partition.ts";

export default defineScenario({
  summary: "Cut the leader off the API until a successor leads: it must stop before the other starts",
  replicas: 3,
  steps: [
    settle(),
    inject(partition({ target: "leader", how: "blackhole" }), { hold: takeovers(1.1, 1.4) }),
    settle(takeovers(1.3, 1.4)), // the bound within which the loser has to contend again, and what a busy machine adds
  ],
  properties: [...safety, stepDown, rejoin, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
