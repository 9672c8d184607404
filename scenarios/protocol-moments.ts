import { liveness, safety } from "../harness/checkers/index.ts";
import { defineScenario, inject, settle, takeovers } from "../harness/core/scenario.ts";
import { kill } from "../harness/faults/kill.ts";
import { partition } from "../harness/faults/partition.ts";

const subject = partition({ target: "subject" });
const hold = takeovers(1.1, 1.2);

export default defineScenario({
  summary: "Cut a replica off at its next write, as its acquisition is answered, and between its read and its write",
  replicas: 3,
  steps: [
    settle(),
    inject(subject, { when: { moment: "write" }, until: "acquired", hold }),
    settle(),
    inject(subject, { when: { moment: "acquired", by: kill({ target: "leader" }) }, hold }),
    settle(),
    inject(subject, { when: { moment: "between-read-and-write", by: kill({ target: "leader" }) }, hold }),
    settle(),
  ],
  properties: [...safety, ...liveness],
  minimum: { terms: 3, takeovers: 2, faults: 5 },
});
