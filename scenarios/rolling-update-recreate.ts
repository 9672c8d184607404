import { liveness, releaseThenQuiet, rollout, safety } from "../harness/checkers/index.ts";
import { defineScenario, rollingUpdate, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "Roll a Deployment of one replica with Recreate: the new pod waits until the old one is gone",
  replicas: 1,
  strategy: { type: "Recreate" },
  steps: [settle(), rollingUpdate(), settle()],
  properties: [...safety, releaseThenQuiet, rollout, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
