import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatMillis } from "../core/time.ts";
import type { RunDocument } from "../core/run.ts";
import { distributionPlot } from "./distribution.ts";
import { pageTrial } from "./page-data.ts";
import { pageFile, pageScript, pageStyle } from "./page-parts.ts";
import type { FinishedTrial, Reporter } from "./reporter.ts";
import { scriptJson } from "./safe.ts";
import { minimalText } from "./minimal.ts";
import { stepText } from "./schedule-text.ts";
import { countTrials, failureLine, firstFailure, harnessTime, notJudgedIn, summariseProperties } from "./summary.ts";
import { formatSummary, formatThreshold, measureLabel, measureNames, plural, sign } from "./words.ts";

/** Bytes of timelines that a page may carry; what is over is left to its history.jsonl, trials that pass first of all. */
const TIMELINE_BYTES = 24_000_000;

/** The trial that the page opens with: the first that fails, else has a hazard, else is unknown, else the first. */
function openedTrial(run: RunDocument): number {
  const opened =
    run.trials.find((trial) => trial.index === firstFailure(run)?.trial.index) ??
    run.trials.find((trial) => trial.hazards.length > 0) ??
    run.trials.find((trial) => trial.verdict === "unknown") ??
    run.trials[0];
  return opened?.index ?? 0;
}

/** Timelines as JSON, by trial: of those that fail, are unknown, have hazards, pass, in this order, until it is enough. */
function timelines(
  run: RunDocument,
  trials: readonly FinishedTrial[],
  most: number,
): readonly { index: number; json: string }[] {
  const opened = openedTrial(run);
  const rank = ({ document: { index, verdict, hazards } }: FinishedTrial): number =>
    index === opened ? 0 : verdict === "fail" ? 1 : verdict === "unknown" ? 2 : hazards.length > 0 ? 3 : 4;
  const kept: { index: number; json: string }[] = [];
  let bytes = 0;
  for (const { document, view } of trials.toSorted((a, b) => rank(a) - rank(b))) {
    const json = scriptJson(pageTrial(document, view()));
    bytes += json.length;
    if (kept.length > 0 && bytes > most) break;
    kept.push({ index: document.index, json });
  }
  return kept;
}

function measureRows(run: RunDocument): readonly { label: string; text: string; plot: string }[] {
  return measureNames(run.measures).map((name) => ({
    label: measureLabel(name),
    text: formatSummary(name, run.measures[name]!),
    plot: distributionPlot(
      run.trials.flatMap((trial) => trial.measures[name] ?? []),
      run.measures[name]!,
    ),
  }));
}

function facts(run: RunDocument, trials: readonly FinishedTrial[]): readonly (readonly [string, string])[] {
  const header = trials[0]?.view().header;
  const timing = header?.elector.timing;
  const deadline = timing?.renewDeadline === undefined ? "–" : formatMillis(timing.renewDeadline);
  const time = harnessTime(run);
  return [
    ["seed", String(run.seed)],
    ...(timing === undefined
      ? []
      : [
          [
            "lease / deadline / retry",
            `${formatMillis(timing.leaseDuration)} / ${deadline} / ${formatMillis(timing.retryPeriod)}`,
          ] as const,
        ]),
    ...(header === undefined
      ? []
      : [["lock", `${header.election.kind} ${header.election.namespace}/${header.election.name}`] as const]),
    ...(header === undefined ? [] : [["observed by", header.elector.observe] as const]),
    ["harness's own time", `${formatMillis(time.sum)}${run.trials.length > 1 ? " at most" : ""}`],
    ["run", run.id],
  ];
}

/** The whole report as one document that needs nothing else: no network, no other file. */
export async function runHtml(
  run: RunDocument,
  trials: readonly FinishedTrial[],
  timelineBytes: number = TIMELINE_BYTES,
): Promise<string> {
  const [{ Eta }, template, style, script] = await Promise.all([
    import("eta"),
    pageFile("page.eta"),
    pageStyle(),
    pageScript(),
  ]);
  const failure = run.verdict === "fail" ? firstFailure(run) : undefined;
  const embedded = timelines(run, trials, timelineBytes);
  const counts = countTrials(run);
  const eta = new Eta({ autoEscape: true, useWith: false });
  return eta.renderString(template, {
    run,
    sign,
    style,
    script,
    embedded,
    opened: openedTrial(run),
    drawn: new Set(embedded.map((each) => each.index)),
    lead: failure === undefined ? run.reason : failureLine(failure),
    tally: `${plural(run.trials.length, "trial")}: ${counts.pass} pass, ${counts.fail} fail, ${counts.unknown} unknown`,
    properties: summariseProperties(run),
    notJudged: notJudgedIn(run),
    measures: measureRows(run),
    facts: facts(run, trials),
    stepText,
    minimalText,
    formatThreshold,
    environment: Object.entries(run.environment).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  });
}

/** Writes report.html into the run's folder. */
export const htmlReporter = (): Reporter => ({
  name: "html",
  on() {},
  async finish(run, trials, folder) {
    const path = join(folder, "report.html");
    await writeFile(path, await runHtml(run, trials));
    return path;
  },
});
