import type { MeasureSummary, TrialDocument } from "../core/run.ts";
import { summarise } from "../core/statistics.ts";

/** Each measure over all trials; one that was never taken is absent. */
export function summariseMeasures(
  trials: readonly TrialDocument[],
  seed: number,
): Readonly<Record<string, MeasureSummary>> {
  const names = [...new Set(trials.flatMap((trial) => Object.keys(trial.measures)))];
  const entries = names.flatMap((name) => {
    const values = trials.flatMap((trial) => trial.measures[name] ?? []);
    const censored = trials.reduce((sum, trial) => sum + (trial.censored[name] ?? 0), 0);
    const summary = summarise(values, censored, seed);
    return summary === undefined ? [] : [[name, summary] as const];
  });
  return Object.fromEntries(entries);
}
