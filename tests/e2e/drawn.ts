import { timingFor } from "../../harness/cli/options.ts";
import { findElector } from "../../harness/electors/catalogue.ts";
import { drawSchedule } from "../../harness/generators/schedule.ts";
import { capabilitiesOf } from "../../harness/runner/homes.ts";
import everything from "../../scenarios/everything.ts";

const SEEDS = 20_000;

/** The first seed by which `everything` on a cluster does this alone to three replicas of the reference elector. */
export async function seedOf(fault: string, cluster: string): Promise<string> {
  const elector = await findElector("reference");
  const can = capabilitiesOf(cluster);
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const [start, ...steps] = drawSchedule(everything, elector, timingFor(elector, undefined), seed, can);
    const done = steps.filter(({ kind }) => kind !== "settle");
    const [only] = done;
    if (start.replicas === 3 && done.length === 1 && only?.kind === "inject" && only.fault === fault)
      return String(seed);
  }
  throw new Error(`none of ${SEEDS} seeds draws ${fault} alone`);
}
