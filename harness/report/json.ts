import type { RunDocument } from "../core/run.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";

// JSON has no infinity; null says "unbounded" where a bound stands open
const finite = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? null : value;

/** run.json's text, ending in a line break. */
export const runJson = (run: RunDocument): string => `${JSON.stringify(run, finite, 2)}\n`;

/** Prints the run's document, once, on stdout: `-o json`. */
export const jsonReporter = (options: ReporterOptions): Reporter => ({
  name: "json",
  on() {},
  async finish(run) {
    options.stdout.write(runJson(run));
  },
});
