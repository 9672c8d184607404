import type { RunDocument } from "../core/run.ts";
import { worst } from "../core/verdict.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";

// JSON has no infinity; null says "unbounded" where a bound stands open
const finite = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? null : value;

/** run.json's text, ending in a line break. */
export const runJson = (run: RunDocument): string => `${JSON.stringify(run, finite, 2)}\n`;

/** A scenario that a command was asked for and could not run, with why; in the words of `compare`'s cells. */
export type SkippedRun = { readonly scenario: string; readonly elector: string; readonly skipped: string };

/** What `-o json` prints of a command: the document of its one run, or all runs under one verdict with what was skipped. */
export const runsJson = (runs: readonly RunDocument[], skipped: readonly SkippedRun[]): string => {
  const [first, ...more] = runs;
  if (first !== undefined && more.length + skipped.length === 0) return runJson(first);
  const all = { format: "interregnum.runs/1", verdict: worst(runs.map((one) => one.verdict)), runs, skipped };
  return `${JSON.stringify(all, finite, 2)}\n`;
};

/** Prints the run's document, once, on stdout: `-o json`. */
export const jsonReporter = (options: ReporterOptions): Reporter => ({
  name: "json",
  on() {},
  async finish(run) {
    options.stdout.write(runJson(run));
  },
});
