import { liveness, releaseThenQuiet, rollout, safety } from "../harness/checkers/index.ts";
import { defineScenario, migration, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "Roll three replicas to their successor, which holds another kind of lock: old and new must not both lead",
  replicas: 3,
  strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%", minReadySeconds: 2 },
  steps: [settle(), migration(), settle()],
  properties: [...safety, releaseThenQuiet, rollout, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
