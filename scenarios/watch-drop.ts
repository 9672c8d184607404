import { aLeaderEmerges, callbacksPaired, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { watchDrop } from "../harness/faults/watch-drop.ts";

export default defineScenario({
  summary: "Cut every watch as soon as it begins, for longer than a lease",
  replicas: 3,
  steps: [settle(), inject(watchDrop({ target: "all" }), { hold: takeovers(1.1, 1.4) }), settle(takeovers(1.1, 1.2))],
  properties: [...safety, aLeaderEmerges, callbacksPaired],
  minimum: { terms: 1, takeovers: 0, faults: 1 },
});
