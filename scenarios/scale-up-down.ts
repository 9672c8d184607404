import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { scale } from "../harness/faults/scale.ts";

export default defineScenario({
  summary: "Scale up by two, down by two, to none, and back each time: who comes and goes must not unseat who stays",
  replicas: 3,
  steps: [
    settle(),
    inject(scale({ by: 2 }), { hold: retries(2, 3) }),
    settle(takeovers(1.1, 1.2)),
    inject(scale({ by: -2 }), { hold: takeovers(1.1, 1.2) }),
    settle(),
    inject(scale({ to: 0 }), { hold: retries(1, 2) }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 3 },
});
