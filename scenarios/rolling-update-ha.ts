import { liveness, releaseThenQuiet, rollout, safety } from "../harness/checkers/index.ts";
import { defineScenario, rollingUpdate, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "Roll a Deployment of three replicas, the leader among them",
  replicas: 3,
  strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%", minReadySeconds: 2 },
  steps: [settle(), rollingUpdate(), settle()],
  properties: [...safety, releaseThenQuiet, rollout, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
