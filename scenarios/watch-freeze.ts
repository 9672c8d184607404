import { aLeaderEmerges, callbacksPaired, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { watchFreeze } from "../harness/faults/watch-freeze.ts";

export default defineScenario({
  summary: "Let every watch fall silent for longer than a lease: who goes by watches alone sees no renewal",
  replicas: 3,
  steps: [settle(), inject(watchFreeze({ target: "all" }), { hold: takeovers(1.1, 1.4) }), settle(takeovers(1.1, 1.2))],
  properties: [...safety, aLeaderEmerges, callbacksPaired],
  minimum: { terms: 1, takeovers: 0, faults: 1 },
});
