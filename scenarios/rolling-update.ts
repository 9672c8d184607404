import { liveness, releaseThenQuiet, rollout, safety } from "../harness/checkers/index.ts";
import { defineScenario, rollingUpdate, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "Roll a Deployment of one replica: for a moment two pods run, and only one may lead",
  replicas: 1,
  strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%", minReadySeconds: 2 },
  steps: [settle(), rollingUpdate(), settle()],
  properties: [...safety, releaseThenQuiet, rollout, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
