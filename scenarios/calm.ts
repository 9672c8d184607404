import { aLeaderEmerges, callbacksPaired, safety, stability } from "../harness/checkers/index.ts";
import { defineScenario, retries, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "No fault at all: the leader stays, and what it costs the API is measured",
  steps: [settle(retries(10, 12))],
  properties: [...safety, stability, aLeaderEmerges, callbacksPaired],
  minimum: { terms: 1, takeovers: 0, faults: 0 },
});
