import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import type { RunDocument } from "../core/run.ts";
import type { LoopClock } from "./recorder.ts";
import type { RunPlan } from "./plan.ts";
import { HARNESS_VERSION } from "./version.ts";

/** What a run tells of itself: the most trials at once, and which version a real API server said it was of. */
export type Measured = {
  readonly clock: LoopClock;
  readonly atOnce: number;
  readonly kubernetes?: string | undefined;
};

/** What the figures were measured on: kept in run.json beside them. */
export function describeEnvironment(
  plan: RunPlan,
  { clock, atOnce, kubernetes }: Measured,
): RunDocument["environment"] {
  const { scenario, origin, elector, schedule } = plan;
  const replicas =
    schedule?.[0].replicas ?? ("steps" in scenario ? (scenario.replicas ?? elector.replicas) : undefined);
  const { leaseDuration, renewDeadline, retryPeriod } = plan.timing;
  return {
    interregnum: HARNESS_VERSION,
    elector: origin,
    trials: plan.trials,
    ...(replicas === undefined ? {} : { replicas }),
    strict: plan.strict,
    ...(plan.touchNodes && { touchNodes: true }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(plan.runtime === "container" ? { runtime: plan.runtime, image: elector.image } : {}),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    kernel: release(),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    load: loadavg().map((value) => Math.round(value * 100) / 100),
    jobs: atOnce,
    jobsChosenBy: plan.jobs === undefined ? "measured stall" : "--jobs",
    timing: { leaseDuration, renewDeadline, retryPeriod },
    observationErrorMs: clock.observationError(),
    loopDelayMs: clock.loopDelay(),
  };
}
