import type { Capability } from "../core/cluster.ts";
import { HarnessError } from "../core/errors.ts";

/** What a fault says of a cluster that declares less than the fault needs; never returns. */
export function unable(capability: Capability): never {
  throw new HarnessError(`this cluster lacks what the fault needs: ${capability}`, {
    mend: "run the scenario with --cluster embedded",
  });
}
