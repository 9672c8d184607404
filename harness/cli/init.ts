import { existsSync, writeFileSync } from "node:fs";
import { InputError, messageOf } from "../core/errors.ts";
import { EXIT } from "./exit.ts";

const START = `# An elector for interregnum. Every field: docs/elector.md; run it: interregnum run rolling-update --elector elector.yaml
name: my-elector
# build: [go, build, -o, elector, .]    # run once, in this folder
command: [./elector, --id, "\${POD_NAME}"] # or image: …, or manifests: deploy.yaml (docs/manifests.md)
lock: { kind: Lease, name: "\${ELECTION_NAME}" } # Lease | ConfigMap | Endpoints
# How a replica says that it leads. stdout: one JSON line at each change, {"leading": true} or {"leading": false}.
observe: stdout
timing: { leaseDuration: 15s, renewDeadline: 10s, retryPeriod: 2s }
tunable: false # true: takes its timing from LEASE_DURATION_MS, RENEW_DEADLINE_MS, RETRY_PERIOD_MS
release: false # true: gives the lease up on SIGTERM
fencing: false # true: its acts carry a fencing token
replicas: 3
`;

/** `init`: a starting elector.yaml; an existing one is never overwritten. */
export async function init(file: string): Promise<number> {
  if (existsSync(file))
    throw new InputError(
      "there is one already",
      { file },
      "edit it, or give another name: interregnum init other.yaml",
    );
  try {
    writeFileSync(file, START, { flag: "wx" });
  } catch (error) {
    throw new InputError(`cannot be written: ${messageOf(error)}`, { file }, "give a path in a folder that is there");
  }
  console.log(`wrote ${file}: set command, then interregnum run rolling-update --elector ${file}`);
  return EXIT.pass;
}
