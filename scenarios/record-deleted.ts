import { aLeaderEmerges, callbacksPaired, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, retries, settle, takeovers } from "../harness/core/scenario.ts";
import { recordDelete } from "../harness/faults/record-delete.ts";

export default defineScenario({
  summary: "Delete the election object under the leader: the election must make it anew and go on",
  replicas: 3,
  steps: [settle(retries(3, 4)), inject(recordDelete({})), settle(takeovers(2, 2.1))],
  // The watch after it: a leader that never renews again believes for D + P, and only then the bound begins.
  properties: [...safety, aLeaderEmerges, callbacksPaired],
  minimum: { terms: 1, takeovers: 0, faults: 1 },
});
