import { formatMillis } from "../core/time.ts";
import type { MeasureSummary, ThresholdResult } from "../core/run.ts";
import type { Verdict, Witness } from "../core/verdict.ts";

/** The sign a verdict is told by where colour may be missing. */
export const sign: Record<Verdict, string> = { pass: "✓", fail: "✗", unknown: "?" };
export const HAZARD_SIGN = "!";

/** `[412, 433] ms`: what certainly and at the most overlapped; an open end is `∞`. */
export function formatOverlap(overlap: NonNullable<Witness["overlap"]>): string {
  const long = overlap.least >= 10_000;
  const figure = (value: number | null): string =>
    value === null || !Number.isFinite(value) ? "∞" : long ? (value / 1000).toFixed(2) : String(Math.round(value));
  return `[${figure(overlap.least)}, ${figure(overlap.most)}] ${long ? "s" : "ms"}`;
}

/** A witness as the first line tells it: the incarnations and the overlap, or its own summary where there is none. */
export function headline(witness: Witness): string {
  if (witness.overlap === undefined) return witness.summary;
  return `${witness.incarnations.join(" and ")}, overlap ${formatOverlap(witness.overlap)}`;
}

/** `failoverMs` → `failover`; `apiRequestsPerMinute` → `API requests per minute`. */
export const measureLabel = (name: string): string =>
  name
    .replace(/Ms$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/^api /, "API ");

/** A figure in its measure's unit: names that end in `Ms` are milliseconds, the rest are plain numbers. */
export function formatMeasure(name: string, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  if (name.endsWith("Ms")) return formatMillis(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

/** A threshold's value in the unit that its bound is written in. */
export const formatThreshold = (threshold: ThresholdResult): string =>
  formatMeasure(/(ms|s|m|h)\s*$/.test(threshold.expression) ? "durationMs" : "count", threshold.value);

/** `p50 812 ms (780 ms–1.02 s) · p95 1.31 s`, or the value alone where there is only one. */
export function formatSummary(name: string, summary: MeasureSummary): string {
  const figure = (value: number): string => formatMeasure(name, value);
  const censored = summary.censored > 0 ? ` · ${summary.censored} never ended` : "";
  if (summary.count === 0) return `none seen${censored}`;
  if (summary.count === 1) return `${figure(summary.p50)}${censored}`;
  const [low, high] = summary.interval;
  const interval = `(95 % interval ${figure(low)} to ${figure(high)})`;
  return `p50 ${figure(summary.p50)} ${interval} · p95 ${figure(summary.p95)} · n ${summary.count}${censored}`;
}

const first = ["failoverMs", "leaderlessMs"];
const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);

/** Measure names, failover and leaderless time before the others. */
export function measureNames(measures: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(measures).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

/** `1 trial`, `3 trials`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
