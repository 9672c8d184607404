import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { partition } from "../harness/faults/partition.ts";

export default defineScenario({
  summary: "Cut every replica off the API: the leader must stop, and somebody must lead again afterwards",
  replicas: 3,
  steps: [
    settle(),
    inject(partition({ target: "all", how: "blackhole" }), { hold: takeovers(1.1, 1.4) }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 0, faults: 1 },
});
