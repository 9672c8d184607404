import { HarnessError, InputError, messageOf } from "../core/errors.ts";
import type { RunDocument } from "../core/run.ts";
import type { FinishedTrial, Reporter, ReporterOptions } from "./reporter.ts";

/** Each is loaded only when it is asked for: the libraries of a page are not in the way of a run's start. */
const makers: Record<string, (options: ReporterOptions) => Promise<Reporter>> = {
  default: async (options) => (await import("./default.ts")).defaultReporter(options),
  json: async (options) => (await import("./json.ts")).jsonReporter(options),
  junit: async () => (await import("./junit.ts")).junitReporter(),
  github: async (options) => (await import("./github.ts")).githubReporter(options),
  html: async () => (await import("./html.ts")).htmlReporter(),
  markdown: async () => (await import("./markdown.ts")).markdownReporter(),
};

export const reporterNames: readonly string[] = Object.keys(makers);

/** The reporter of that name; an unknown name is the user's input error. */
export async function reporterNamed(name: string, options: ReporterOptions): Promise<Reporter> {
  const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (maker === undefined)
    throw new InputError(`no reporter is named "${name}"`, { field: "--reporter" }, `use ${reporterNames.join(", ")}`);
  return maker(options);
}

const screens = new Set(["default", "json", "github"]);

/**
 * Finishes all reporters, those that write files first, so that the terminal can name the files.
 * One that fails keeps no other from finishing: HarnessError at the end, with every cause.
 */
export async function finishReporters(
  reporters: readonly Reporter[],
  run: RunDocument,
  trials: readonly FinishedTrial[],
  folder: string,
): Promise<readonly string[]> {
  const ordered = reporters.toSorted((a, b) => Number(screens.has(a.name)) - Number(screens.has(b.name)));
  const written: string[] = [];
  const failed: { readonly name: string; readonly thrown: unknown }[] = [];
  for (const reporter of ordered) {
    try {
      const path = await reporter.finish?.(run, trials, folder, written);
      if (typeof path === "string") written.push(path);
    } catch (thrown) {
      failed.push({ name: reporter.name, thrown });
    }
  }
  if (failed.length > 0) {
    const text = failed.map(({ name, thrown }) => `${name}: ${messageOf(thrown)}`).join("; ");
    throw new HarnessError(`a report could not be written: ${text}`, {
      cause: failed[0]!.thrown,
      mend: `see that ${folder} can be written to and has room`,
    });
  }
  return written;
}
