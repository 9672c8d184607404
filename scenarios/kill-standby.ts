import { aLeaderEmerges, callbacksPaired, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, retries, settle } from "../harness/core/scenario.ts";
import { kill } from "../harness/faults/kill.ts";

export default defineScenario({
  summary: "Kill a standby without grace: the leader must not notice",
  replicas: 3,
  steps: [settle(), inject(kill({ target: "standby" })), settle(retries(3, 4))],
  properties: [...safety, aLeaderEmerges, callbacksPaired],
  minimum: { terms: 1, takeovers: 0, faults: 1 },
});
