import { liveness, rejoin, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { partition } from "../harness/faults/partition.ts";

const hold = takeovers(1.2, 1.4);

export default defineScenario({
  summary: "Let the leader's requests pass and no reply; then swallow the next leader's requests and let replies pass",
  replicas: 3,
  steps: [
    settle(),
    inject(partition({ target: "leader", direction: "replies" }), { hold }),
    settle(takeovers(1.1, 1.2)),
    inject(partition({ target: "leader", direction: "requests" }), { hold }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, rejoin, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 2 },
});
