import { InputError } from "../core/errors.ts";
import { measureNames } from "../core/measures.ts";
import { nearest } from "../core/nearest.ts";
import type { MeasureSummary, ThresholdResult } from "../core/run.ts";
import { parseDuration } from "../core/time.ts";
import type { Verdict } from "../core/verdict.ts";

export type Threshold = {
  readonly expression: string;
  readonly measure: string;
  readonly quantile: "min" | "p50" | "p95" | "max" | "count";
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly limit: number;
};

const pattern = /^([A-Za-z-]+)\.(min|p50|p95|max|count)\s*(<=|>=|<|>)\s*(\S+)$/;

/** Reads `failover.p95<20s`; a bare number counts milliseconds, or things. InputError when it is not of that form. */
export function parseThreshold(expression: string): Threshold {
  const [, measure, quantile, operator, text] = pattern.exec(expression.trim()) ?? [];
  const limit =
    text === undefined
      ? undefined
      : (parseDuration(text) ?? (Number.isFinite(Number(text)) ? Number(text) : undefined));
  if (measure === undefined || limit === undefined)
    throw new InputError(
      `"${expression}" is no threshold`,
      { field: "--threshold" },
      "write measure.quantile<limit, e.g. 'failover.p95<20s' (quantiles: min, p50, p95, max, count)",
    );
  return {
    expression,
    measure,
    quantile: quantile as Threshold["quantile"],
    operator: operator as Threshold["operator"],
    limit,
  };
}

/** As they are asked for: what is measured in ms need not say so. */
const askedNames = measureNames.map((name) => name.replace(/Ms$/, ""));

/** A threshold that a user asks for, of a measure that there is; InputError with the nearest where there is none. */
export function askedThreshold(expression: string): Threshold {
  const threshold = parseThreshold(expression);
  const name = threshold.measure.replace(/Ms$/, "");
  if (askedNames.includes(name)) return threshold;
  const near = nearest(name, askedNames);
  throw new InputError(
    `"${expression}": there is no measure "${threshold.measure}"`,
    { field: "--threshold" },
    `${near === undefined ? "" : `did you mean "${near}"? `}there are ${askedNames.join(", ")}`,
  );
}

const holds = (value: number, operator: Threshold["operator"], limit: number): boolean => {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    default:
      throw operator satisfies never;
  }
};

/** A measure that was never taken has no value: its threshold counts as not shown, never as kept. */
export function judgeThreshold(
  threshold: Threshold,
  measures: Readonly<Record<string, MeasureSummary>>,
): ThresholdResult {
  const summary = measures[threshold.measure] ?? measures[`${threshold.measure}Ms`];
  const value = summary?.[threshold.quantile] ?? null;
  return {
    expression: threshold.expression,
    value,
    crossed: value !== null && !holds(value, threshold.operator, threshold.limit),
  };
}

/** A crossed threshold fails; one without a value is unknown. */
export const verdictOf = (result: ThresholdResult): Verdict =>
  result.crossed ? "fail" : result.value === null ? "unknown" : "pass";

/** Why the thresholds do not pass, one sentence; undefined when they do. */
export function reasonOf(results: readonly ThresholdResult[]): string | undefined {
  const crossed = results.find((result) => result.crossed);
  if (crossed !== undefined) return `the threshold ${crossed.expression} was crossed: ${crossed.value}`;
  const absent = results.find((result) => result.value === null);
  return absent && `nothing was measured for the threshold ${absent.expression}`;
}
