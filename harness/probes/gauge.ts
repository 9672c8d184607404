import type { Answer } from "./answer.ts";

/** One sample of Prometheus' text format: name, labels, value; a timestamp may follow. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

const unescape = (text: string): string => text.replace(/\\(.)/g, (_all, char: string) => (char === "n" ? "\n" : char));

/** Which samples of a page are meant: those of `metric`, and of them those with the label `name` where it is given. */
export type Gauge = { readonly metric: string; readonly name?: string };

/**
 * Understands a gauge of leadership on a page of metrics: exactly one sample that is 1 (leads) or 0 (does not).
 * undefined where there is none, several, another value, or no success: what is not understood is no denial.
 */
export function understandGauge(status: number, body: string, { metric, name }: Gauge): Answer | undefined {
  if (status < 200 || status >= 300) return undefined;
  const values: string[] = [];
  for (const line of body.split("\n")) {
    if (!line.startsWith(metric)) continue;
    const [, found, labels = "", value = ""] = SAMPLE.exec(line.trimEnd()) ?? [];
    if (found !== metric) continue;
    const named = [...labels.matchAll(LABEL)].find(([, label]) => label === "name");
    if (name === undefined || (named !== undefined && unescape(named[2]!) === name)) values.push(value);
  }
  const value = values.length === 1 ? Number(values[0]) : Number.NaN;
  return value === 0 || value === 1 ? { leading: value === 1 } : undefined;
}
