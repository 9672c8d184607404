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
  summary: "Roll a Deployment of one replica with Recreate: the new pod waits until the old one is gone",
  replicas: 1,
  strategy: { type: "Recreate" },
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
