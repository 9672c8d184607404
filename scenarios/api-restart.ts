import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { apiDown } from "../harness/faults/api-down.ts";

export default defineScenario({
  summary: "Restart the API server, at first within a renew deadline, then long enough that the leader must stop",
  replicas: 3,
  steps: [
    settle(),
    inject(apiDown({}), { hold: retries(0.5, 1) }),
    settle(retries(2, 3)),
    inject(apiDown({}), { hold: takeovers(1, 1.2) }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 0, faults: 2 },
});
