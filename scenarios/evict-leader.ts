import { liveness, releaseThenQuiet, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle } from "../harness/core/scenario.ts";
import { evict } from "../harness/faults/evict.ts";

export default defineScenario({
  summary: "Evict the leader with grace: it stops, releases if it can, and a standby leads",
  replicas: 3,
  steps: [settle(), inject(evict({ target: "leader" })), settle()],
  properties: [...safety, releaseThenQuiet, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
