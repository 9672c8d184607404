import type { MeasureSummary } from "../core/run.ts";

const WIDTH = 220;
const HEIGHT = 26;
const SIDE = 6;

/**
 * A measure over trials as a strip of dots, with its median and the interval of the median; SVG markup of numbers alone.
 * "" where there are fewer than two values.
 */
export function distributionPlot(values: readonly number[], summary: MeasureSummary): string {
  if (values.length < 2) return "";
  const low = Math.min(summary.min, ...values);
  const high = Math.max(summary.max, ...values);
  const perUnit = high > low ? (WIDTH - 2 * SIDE) / (high - low) : 0;
  const x = (value: number): string => (perUnit === 0 ? WIDTH / 2 : SIDE + (value - low) * perUnit).toFixed(1);
  // dots of like value would hide one another: each takes one of five heights in turn
  const dots = values.map((value, index) => `<circle cx="${x(value)}" cy="${7 + (index % 5) * 3}" r="2.2"/>`);
  const [from, to] = summary.interval;
  const span = Math.max(1, Number(x(to)) - Number(x(from)));
  return (
    `<svg class="dots" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">` +
    `<rect class="interval" x="${x(from)}" y="1" width="${span.toFixed(1)}" height="24" rx="2"/>` +
    `<g>${dots.join("")}</g><path class="median" d="M${x(summary.p50)} 0V26"/></svg>`
  );
}
