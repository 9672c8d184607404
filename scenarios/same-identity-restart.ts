import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { restart } from "../harness/faults/restart.ts";

export default defineScenario({
  summary: "Crash the leader's process: the same pod starts another, which finds its own name in the record",
  replicas: 3,
  steps: [settle(), inject(restart({ target: "leader" })), settle(takeovers(1.1, 1.2))],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
