import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { evict } from "../harness/faults/evict.ts";
import { partition } from "../harness/faults/partition.ts";

/** Of an elector that never releases it says so, and stays unknown. */
export default defineScenario({
  summary: "Evict the leader and cut it off as it releases: the lease must run out instead",
  replicas: 3,
  steps: [
    settle(),
    inject(partition({ target: "subject" }), {
      when: { moment: "release", by: evict({ target: "leader" }) },
      hold: takeovers(1.1, 1.2),
    }),
    settle(),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 2 },
});
