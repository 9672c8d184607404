import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { pause } from "../harness/faults/pause.ts";
import { status } from "../harness/faults/status.ts";

/** At D = 2 P the two reads are all that a woken leader has before its deadline; its release reads for itself. */
export default defineScenario({
  summary: "Wake the leader beside its successor and fail its reads until it gives up: it must not clear what it lost",
  replicas: 2,
  steps: [
    settle(),
    inject(pause({ target: "leader" }), { hold: takeovers(1.1, 1.2) }),
    inject(status({ target: "leader", status: 500, verbs: ["get"], times: 2 }), {
      beside: retries(0.5),
      hold: takeovers(1.3, 1.4),
    }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 2 },
});
