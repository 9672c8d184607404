import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, leases, settle, takeovers } from "../harness/core/scenario.ts";
import { pause } from "../harness/faults/pause.ts";

export default defineScenario({
  summary: "Freeze the leader past its lease, then wake it beside its successor",
  replicas: 3,
  steps: [settle(), inject(pause({ target: "leader" }), { hold: takeovers(1.1, 1.4) }), settle(leases(1.1, 1.4))],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
