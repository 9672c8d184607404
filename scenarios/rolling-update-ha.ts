import {
  releaseThenQuiet,
  atMostOneLeader,
  atMostOneEffect,
  claimBackedByRecord,
  noEarlyTakeover,
  rollout,
  failover,
  aLeaderEmerges,
  callbacksPaired,
} from "../harness/checkers/index.ts";
import { defineScenario, rollingUpdate, settle } from "../harness/core/scenario.ts";

export default defineScenario({
  summary: "Roll a Deployment of three replicas, the leader among them",
  replicas: 3,
  strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%", minReadySeconds: 2 },
  steps: [settle(), rollingUpdate(), settle()],
  properties: [
    releaseThenQuiet,
    atMostOneLeader,
    atMostOneEffect,
    claimBackedByRecord,
    noEarlyTakeover,
    rollout,
    failover,
    aLeaderEmerges,
    callbacksPaired,
  ],
  minimum: { terms: 2, takeovers: 1, faults: 0 },
});
