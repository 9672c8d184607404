import { aLeaderEmerges, callbacksPaired, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { staleReads } from "../harness/faults/stale-reads.ts";

export default defineScenario({
  summary: "Show every replica an old record: it seems to run out, and its leader renews it",
  replicas: 3,
  steps: [settle(), inject(staleReads({ target: "all" }), { hold: takeovers(1.2, 1.4) }), settle(takeovers(1.1, 1.2))],
  properties: [...safety, aLeaderEmerges, callbacksPaired],
  minimum: { terms: 1, takeovers: 0, faults: 1 },
});
