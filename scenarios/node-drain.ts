import { liveness, releaseThenQuiet, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { drain } from "../harness/faults/drain.ts";

export default defineScenario({
  summary: "Drain the leader's node: whoever is there is evicted and comes up elsewhere; then the successor's node",
  replicas: 3,
  steps: [
    settle(),
    inject(drain({ target: "leader" }), { hold: takeovers(1.1, 1.2) }),
    settle(),
    inject(drain({ target: "leader" }), { hold: takeovers(1.1, 1.2) }),
    settle(),
  ],
  properties: [...safety, releaseThenQuiet, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 2 },
});
