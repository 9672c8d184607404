import type { RuntimeName } from "../clusters/runtime.ts";
import type { Elector, Timing } from "../core/elector.ts";
import type { Origin } from "../core/run.ts";
import type { Scenario, Schedule } from "../core/scenario.ts";
import type { Millis } from "../core/time.ts";
import type { Threshold } from "./thresholds.ts";

/** One scenario against one elector, ready to be run. */
export type RunPlan = {
  readonly name: string;
  readonly scenario: Scenario;
  readonly elector: Elector;
  /** Where the elector came from. */
  readonly origin: Origin;
  /** What a scenario that migrates rolls the elector to. */
  readonly successor?: Elector;
  readonly cluster: string;
  /** The nodes of a context's cluster may be touched. */
  readonly touchNodes?: boolean;
  /** As what its pods run, where the cluster has a choice. */
  readonly runtime?: RuntimeName;
  readonly timing: Timing;
  readonly trials: number;
  readonly seed: number;
  /** This shard runs the trials whose index is `index` modulo `of`. */
  readonly shard: { readonly index: number; readonly of: number };
  /** Trials at once; absent where measured stall decides. */
  readonly jobs?: number;
  readonly timeLimit?: Millis;
  readonly strict: boolean;
  readonly thresholds: readonly Threshold[];
  readonly out?: string;
  /** How failing trials are shrunk and run again: for how long, and how many runs at once; absent: not at all. */
  readonly shrink?: { readonly budget: Millis; readonly width: number };
  /** Set by replay: every trial runs this schedule instead of a drawn one. */
  readonly schedule?: Schedule;
  /** The command that judges the same schedules again. */
  readonly replay: string;
  /** When the harness began to work for this run; the process's own start for its first. */
  readonly from: Millis;
};
