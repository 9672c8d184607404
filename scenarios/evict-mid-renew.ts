import { liveness, releaseThenQuiet, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle } from "../harness/core/scenario.ts";
import { evict } from "../harness/faults/evict.ts";

export default defineScenario({
  summary: "Evict the leader while its renewal is on its way: the release must not stumble over it",
  replicas: 3,
  steps: [settle(), inject(evict({ target: "subject" }), { when: { moment: "write" } }), settle()],
  properties: [...safety, releaseThenQuiet, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
