import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { nodeStop } from "../harness/faults/node-stop.ts";

export default defineScenario({
  summary:
    "Take the power of the leader's node: its lease must run out, then a standby elsewhere leads; the node comes back",
  replicas: 3,
  steps: [settle(), inject(nodeStop({ target: "leader" }), { hold: takeovers(1.2, 1.4) }), settle(takeovers(1.1, 1.2))],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
