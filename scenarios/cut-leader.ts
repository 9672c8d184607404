import { liveness, rejoin, safety, stepDown } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { packetDrop } from "../harness/faults/packet-drop.ts";

export default defineScenario({
  summary:
    "Drop all packets of the leader in its own network until a successor leads: it must stop before the other starts",
  replicas: 3,
  steps: [
    settle(),
    inject(packetDrop({ target: "leader" }), { hold: takeovers(1.1, 1.4) }),
    settle(takeovers(1.3, 1.4)), // the bound within which the loser has to contend again, and what a busy machine adds
  ],
  properties: [...safety, stepDown, rejoin, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});
