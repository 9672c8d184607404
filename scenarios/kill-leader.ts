import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle } from "../harness/core/scenario.ts";
import { kill } from "../harness/faults/kill.ts";

export default defineScenario({
  summary: "Kill the leader without grace: its lease must run out, then a standby leads",
  replicas: 3,
  steps: [settle(), inject(kill({ target: "leader" })), settle()],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
