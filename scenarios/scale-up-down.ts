import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { scale } from "../harness/faults/scale.ts";

export default defineScenario({
  summary: "Scale to five, to one, to none, and back each time: those who come and go must not unseat who stays",
  replicas: 3,
  steps: [
    settle(),
    inject(scale({ to: 5 }), { hold: retries(2, 3) }),
    settle(takeovers(1.1, 1.2)),
    inject(scale({ to: 1 }), { hold: takeovers(1.1, 1.2) }),
    settle(),
    inject(scale({ to: 0 }), { hold: retries(1, 2) }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 3 },
});
