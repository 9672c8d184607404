import { aLeaderEmerges, callbacksPaired, safety } from "../harness/checkers/index.ts";
import { deadlines, defineScenario, inject, settle } from "../harness/core/scenario.ts";
import { loseReply } from "../harness/faults/lose-reply.ts";

export default defineScenario({
  summary: "Commit the leader's renewal and drop the answer: it must neither fall nor fight itself",
  replicas: 3,
  steps: [settle(), inject(loseReply({ target: "leader", times: 1 }), { hold: deadlines(1, 1.5) }), settle()],
  properties: [...safety, aLeaderEmerges, callbacksPaired],
  minimum: { terms: 1, takeovers: 0, faults: 1 },
});
