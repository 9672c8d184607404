import type { NotJudged, RunDocument, TrialDocument } from "../core/run.ts";
import type { Hazard, Level, PropertyResult, Verdict, Witness } from "../core/verdict.ts";
import { worst } from "../core/verdict.ts";
import { headline } from "./words.ts";

/** One property over all trials of a run. */
export type PropertySummary = {
  readonly name: string;
  readonly verdict: Verdict;
  /** The weakest level that any trial's verdict rests on. */
  readonly level: Level;
  /** Of the first trial with the worst verdict. */
  readonly reason: string;
  readonly trial: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly known: boolean;
  readonly hazards: readonly { readonly trial: number; readonly hazard: Hazard }[];
};

function hazardsOf(result: PropertyResult, trial: TrialDocument): readonly Hazard[] {
  if (result.hazards.length > 0) return result.hazards;
  return trial.hazards.filter((hazard) => hazard.property === result.name);
}

function summarise(name: string, seen: readonly { trial: TrialDocument; result: PropertyResult }[]): PropertySummary {
  const verdict = worst(seen.map(({ result }) => result.verdict));
  // an admitted failure must not hide one that is not
  const telling =
    seen.find(({ result }) => result.verdict === verdict && result.known !== true) ??
    seen.find(({ result }) => result.verdict === verdict)!;
  const counts = { pass: 0, unknown: 0, fail: 0 };
  for (const { result } of seen) counts[result.verdict] += 1;
  return {
    name,
    verdict,
    level: seen.map(({ result }) => result.level).toSorted()[0]!,
    reason: telling.result.reason,
    trial: telling.trial.index,
    counts,
    known: telling.result.known === true,
    hazards: seen.flatMap(({ trial, result }) =>
      hazardsOf(result, trial).map((hazard) => ({ trial: trial.index, hazard })),
    ),
  };
}

/** A run's properties in the order judged, each over all trials. */
export function summariseProperties(run: RunDocument): readonly PropertySummary[] {
  const byName = new Map<string, { trial: TrialDocument; result: PropertyResult }[]>();
  for (const trial of run.trials)
    for (const result of trial.properties) {
      const seen = byName.get(result.name);
      if (seen === undefined) byName.set(result.name, [{ trial, result }]);
      else seen.push({ trial, result });
    }
  return [...byName].map(([name, seen]) => summarise(name, seen));
}

export type Failure = {
  readonly trial: TrialDocument;
  readonly result: PropertyResult;
  readonly witness: Witness | undefined;
};

/** The failure to tell first: not one that upstream admits, where there is another; a witnessed one before a bare one. */
export function firstFailure(run: RunDocument): Failure | undefined {
  const failures = run.trials.flatMap((trial) =>
    trial.properties
      .filter((result) => result.verdict === "fail")
      .map((result) => ({ trial, result, witness: result.witnesses[0] })),
  );
  const unexcused = failures.filter(({ result }) => result.known !== true);
  const candidates = unexcused.length > 0 ? unexcused : failures;
  return candidates.find(({ witness }) => witness !== undefined) ?? candidates[0];
}

/** `at-most-one-leader: demo-1#1 and demo-2#1, overlap [412, 433] ms`. */
export const failureLine = ({ result, witness }: Failure): string =>
  `${result.name}: ${witness === undefined ? result.reason : headline(witness)}`;

/** Lines of evidence shown at first. */
export const EVIDENCE_LINES = 3;

/** Verdicts of a run's trials, counted. */
export function countTrials(run: RunDocument): Readonly<Record<Verdict, number>> {
  const counts = { pass: 0, unknown: 0, fail: 0 };
  for (const trial of run.trials) counts[trial.verdict] += 1;
  return counts;
}

/** The harness's own time, milliseconds: the longest of any trial's start and judge, and their longest sum. */
export function harnessTime(run: RunDocument): {
  readonly start: number;
  readonly judge: number;
  readonly sum: number;
} {
  const longest = (of: (trial: TrialDocument) => number): number => Math.max(0, ...run.trials.map(of));
  return {
    start: longest((trial) => trial.harnessMs.start),
    judge: longest((trial) => trial.harnessMs.judge),
    sum: longest((trial) => trial.harnessMs.start + trial.harnessMs.judge),
  };
}

/** What no trial could judge, by name, with the first trial's reason. */
export const notJudgedIn = (run: RunDocument): readonly NotJudged[] => {
  const judged = new Set(run.trials.flatMap((trial) => trial.properties.map((property) => property.name)));
  const left = new Map(run.trials.toReversed().flatMap((trial) => trial.notJudged.map((each) => [each.name, each])));
  return [...left.values()].filter((each) => !judged.has(each.name));
};
