import { liveness, safety, stability } from "../harness/checkers/index.ts";
import { defineScenario, inject, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { WRITES } from "../harness/faults/calls.ts";
import { status } from "../harness/faults/status.ts";

const target = "leader";
const hold = retries(2, 3);

export default defineScenario({
  summary:
    "Refuse the leader's calls by verb, some with each status, which it must bear; then all its writes until it falls",
  replicas: 3,
  steps: [
    settle(),
    inject(status({ target, status: 409, verbs: ["update", "patch"], times: 1 }), { hold }),
    inject(status({ target, status: 429, retryAfterSeconds: 1, verbs: ["update", "patch"], times: 1 }), { hold }),
    inject(status({ target, status: 500, times: 1 }), { hold }),
    inject(status({ target, status: 503, times: 2 }), { hold }), // its write, and the read by which it would mend it
    settle(),
    inject(status({ target, status: 500, verbs: WRITES }), { hold: takeovers(1.1, 1.4) }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, stability, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 5 },
});
