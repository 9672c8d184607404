import { liveness, releaseThenQuiet, rollout, safety } from "../harness/checkers/index.ts";
import { defineScenario, rollingUpdate, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "Roll a Deployment of one replica with maxSurge 0: the new pod starts beside the terminating one",
  replicas: 1,
  strategy: { type: "RollingUpdate", maxSurge: 0, maxUnavailable: 1 },
  steps: [settle(), rollingUpdate(), settle()],
  properties: [...safety, releaseThenQuiet, rollout, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
