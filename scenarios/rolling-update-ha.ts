import {
  atMostOneLeader,
  atMostOneEffect,
  claimBackedByRecord,
  rollout,
  failover,
  aLeaderEmerges,
  callbacksPaired,
  releaseThenQuiet,
} from "../harness/checkers/index.ts";
import { defineScenario, rollingUpdate, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "Roll a Deployment of three replicas, the leader among them",
  replicas: 3,
  strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%" },
  steps: [settle(), rollingUpdate(), settle()],
  properties: [
    releaseThenQuiet,
    atMostOneLeader,
    atMostOneEffect,
    claimBackedByRecord,
    rollout,
    failover,
    aLeaderEmerges,
    callbacksPaired,
  ],
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
