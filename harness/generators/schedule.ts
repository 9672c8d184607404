import fc from "fast-check";
import type { Capability } from "../core/cluster.ts";
import type { Elector, Timing } from "../core/elector.ts";
import type { Minimum } from "../core/events.ts";
import type { Scenario, Schedule, Written } from "../core/scenario.ts";
import { generatedSchedules } from "./generated.ts";
import { minimumOf } from "./minimum.ts";
import { DEFAULT_STRATEGY, timed } from "./written.ts";

type Drawn = Pick<Elector, "profile" | "release" | "replicas" | "workload">;

const writtenSchedules = (scenario: Written, elector: Drawn, timing: Timing): fc.Arbitrary<Schedule> =>
  fc.tuple(...scenario.steps.map((step) => timed(step, timing, elector.profile))).map((steps) => [
    {
      kind: "start",
      // A DaemonSet has as many pods as there are nodes.
      replicas: (elector.workload === "DaemonSet" ? undefined : scenario.replicas) ?? elector.replicas,
      strategy: scenario.strategy ?? DEFAULT_STRATEGY,
    },
    ...steps,
  ]);

/** No more than every cluster can. */
const NOTHING: ReadonlySet<Capability> = new Set();

/** All schedules of a scenario for an elector at a timing, on a cluster that `can` so much. */
export const schedules = (
  scenario: Scenario,
  elector: Drawn,
  timing: Timing,
  can: ReadonlySet<Capability> = NOTHING,
): fc.Arbitrary<Schedule> =>
  "steps" in scenario
    ? writtenSchedules(scenario, elector, timing)
    : fc.noBias(generatedSchedules(scenario, elector, timing, can));

/** The schedule of a seed: the same seed, the same schedule on clusters that can do the same. */
export const drawSchedule = (
  scenario: Scenario,
  elector: Drawn,
  timing: Timing,
  seed: number,
  can: ReadonlySet<Capability> = NOTHING,
): Schedule => fc.sample(schedules(scenario, elector, timing, can), { seed, numRuns: 1 })[0]!;

/** What a trial of this schedule must have seen before it may pass. */
export const minimumFor = (scenario: Scenario, schedule: Schedule): Minimum =>
  "steps" in scenario ? scenario.minimum : minimumOf(schedule);
