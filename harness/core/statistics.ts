import { assert } from "./errors.ts";
import { rngOf } from "./rng.ts";
import type { MeasureSummary } from "./run.ts";

/** The p-quantile (0 < p ≤ 1) of ascending values by nearest rank: element ⌈p·n⌉; some value that was really seen. */
export function quantile(ascending: readonly number[], p: number): number {
  assert(ascending.length > 0 && p > 0 && p <= 1, "a quantile needs values and 0 < p ≤ 1");
  return ascending[Math.max(0, Math.ceil(p * ascending.length) - 1)]!;
}

/** Resamples of the bootstrap; more would not move the interval's ends visibly. */
const RESAMPLES = 1000;
/** Beyond this many values the interval is as narrow as the values' own precision, and a sample is resampled instead. */
const LARGEST = 2000;

/** Bootstrap 95 % percentile interval of the median, with a seeded generator: the same values, the same interval. */
export function medianInterval(values: readonly number[], seed = 1): readonly [number, number] {
  assert(values.length > 0, "an interval needs values");
  const random = rngOf(seed);
  const count = Math.min(values.length, LARGEST);
  const medians = Array.from({ length: RESAMPLES }, () => {
    const resample = Float64Array.from({ length: count }, () => values[Math.floor(random() * values.length)]!).sort();
    return resample[Math.ceil(count / 2) - 1]!;
  }).sort((a, b) => a - b);
  return [quantile(medians, 0.025), quantile(medians, 0.975)];
}

/** Summary of a measure over trials; undefined when nothing was measured. `censored` cases are counted, not averaged. */
export function summarise(values: readonly number[], censored = 0, seed = 1): MeasureSummary | undefined {
  if (values.length === 0) return undefined;
  const ascending = values.toSorted((a, b) => a - b);
  return {
    count: values.length,
    censored,
    min: ascending[0]!,
    p50: quantile(ascending, 0.5),
    p95: quantile(ascending, 0.95),
    max: ascending.at(-1)!,
    interval: medianInterval(ascending, seed),
  };
}
