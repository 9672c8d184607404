import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, leases, settle, takeovers } from "../harness/core/scenario.ts";
import { recordEdit } from "../harness/faults/record-edit.ts";

export default defineScenario({
  summary: "Write another holder, none, another duration and missing fields into the record: the election must go on",
  replicas: 3,
  steps: [
    settle(),
    inject(recordEdit({ set: { durationSeconds: 1 } })),
    settle(leases(1, 1.5)),
    // Not transitions: fencing tokens are made of them, and would begin anew by no elector's error.
    inject(recordEdit({ set: { acquireTime: null, renewTime: null } })),
    settle(leases(1, 1.5)),
    // Somebody of other settings: the record's own term is what counts, not that of who waits.
    inject(recordEdit({ set: { holder: "somebody-else" }, lasting: 2 })),
    settle(leases(2.2, 2.4)), // and one leader stands again
    inject(recordEdit({ set: { holder: "" } })),
    settle(takeovers(0.9, 1)),
    inject(recordEdit({ set: { holder: null } })),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 5 },
});
