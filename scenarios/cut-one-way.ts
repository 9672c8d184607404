import { liveness, rejoin, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { packetDrop } from "../harness/faults/packet-drop.ts";

const hold = takeovers(1.2, 1.4);

export default defineScenario({
  summary: "Drop the packets that the leader sends; then those that come to the next leader, from the API alone",
  replicas: 3,
  steps: [
    settle(),
    inject(packetDrop({ target: "leader", direction: "out" }), { hold }),
    settle(takeovers(1.1, 1.2)),
    inject(packetDrop({ target: "leader", direction: "in", to: "api" }), { hold }),
    settle(takeovers(1.1, 1.2)),
  ],
  properties: [...safety, rejoin, ...liveness],
  minimum: { terms: 2, takeovers: 1, faults: 2 },
});
