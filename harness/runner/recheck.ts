import { InputError } from "../core/errors.ts";
import type { History } from "../core/events.ts";
import { judge } from "../core/judge.ts";
import type { Property } from "../core/property.ts";
import { worst, type PropertyResult, type Verdict } from "../core/verdict.ts";
import { viewOf } from "../core/reading.ts";
import { propertiesOf } from "../checkers/index.ts";
import { historyFiles, readHistory } from "./read-run.ts";

export type RecheckedTrial = {
  readonly history: string;
  readonly trial: number;
  readonly scenario: string;
  readonly elector: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** The history ended in the middle of a line. */
  readonly truncated: boolean;
  readonly properties: readonly PropertyResult[];
};

export type Recheck = { readonly verdict: Verdict; readonly trials: readonly RecheckedTrial[] };

/** The properties that a history names; InputError with its first line for one that there is not. */
function namedIn({ header }: History, file: string): readonly Property[] {
  try {
    return propertiesOf(header);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message, { file, line: 1, ...error.where }, error.mend);
  }
}

/** Judges recorded histories again by today's checkers, without running anything. */
export function recheck(path: string, options: { readonly strict: boolean }): Recheck {
  const trials = historyFiles(path).map((file): RecheckedTrial => {
    const history = readHistory(file);
    const { header } = history;
    const judged = judge(viewOf(history), namedIn(history, file), options);
    return {
      history: file,
      trial: header.trial,
      scenario: header.scenario,
      elector: header.elector.name,
      verdict: judged.verdict,
      reason: judged.reason,
      truncated: history.truncated,
      properties: judged.results,
    };
  });
  return { verdict: worst(trials.map((trial) => trial.verdict)), trials };
}
