import type { Schedule } from "./scenario.ts";
import type { Hazard, PropertyResult, Verdict } from "./verdict.ts";

export const RUN_FORMAT = "interregnum.run/1";

export type Measures = Readonly<Record<string, readonly number[]>>;

/** Quantiles of a measure over all trials; interval is the bootstrap 95 % interval of the median, censored the open cases. */
export type MeasureSummary = {
  readonly count: number;
  readonly censored: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly interval: readonly [number, number];
};

/** A property of the scenario that the elector gave nothing to judge by: no part of the verdict. */
export type NotJudged = { readonly name: string; readonly reason: string };

export type TrialDocument = {
  readonly index: number;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly schedule: Schedule;
  readonly properties: readonly PropertyResult[];
  readonly notJudged: readonly NotJudged[];
  readonly hazards: readonly Hazard[];
  readonly measures: Measures;
  /** Open cases by measure: they began and had not ended when the history did. */
  readonly censored: Readonly<Record<string, number>>;
  /** Why the verdict is what it is, one sentence. */
  readonly reason: string;
  /** The harness's own time: start to first replica, last event to verdict. */
  readonly harnessMs: { readonly start: number; readonly judge: number };
  /** Of a failing trial: its schedule, shrunk where that was tried, and how often it failed again, of how many runs. */
  readonly minimal?: { readonly schedule: Schedule; readonly failed: number; readonly of: number };
  /** Why a failing trial has no `minimal`, one sentence. */
  readonly notShrunk?: string;
};

export type ThresholdResult = {
  readonly expression: string;
  readonly value: number | null;
  readonly crossed: boolean;
};

/** Where an elector came from, and digests of what it and its successor declare. */
export type Origin = {
  /** The elector.yaml, from the folder that the run was started in, or absolute; absent for one of the package's own. */
  readonly file?: string;
  readonly digest: string;
  readonly successor?: string;
};

/** run.json; see CONTRACT "A run's folder". */
export type RunDocument = {
  readonly format: typeof RUN_FORMAT;
  readonly id: string;
  readonly scenario: string;
  readonly elector: string;
  readonly cluster: string;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly trials: readonly TrialDocument[];
  readonly measures: Readonly<Record<string, MeasureSummary>>;
  readonly thresholds: readonly ThresholdResult[];
  /** What it was run on, and how it was set up. */
  readonly environment: Readonly<Record<string, unknown>> & { readonly elector?: Origin };
  /** Command that judges the same schedule again. */
  readonly replay: string;
  /** Set when the run was cut short: "interrupted" or "time-limit". */
  readonly ended?: string;
};
