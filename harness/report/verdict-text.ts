import { dirname, relative, join } from "node:path";
import type { RunDocument } from "../core/run.ts";
import { formatMillis } from "../core/time.ts";
import { colourOf, type Paint } from "./paint.ts";
import { minimalText } from "./minimal.ts";
import { plainText } from "./safe.ts";
import {
  countTrials,
  EVIDENCE_LINES,
  failureLine,
  firstFailure,
  harnessTime,
  notJudgedIn,
  summariseProperties,
  type PropertySummary,
} from "./summary.ts";
import {
  formatSummary,
  formatThreshold,
  HAZARD_SIGN,
  headline,
  measureLabel,
  measureNames,
  plural,
  sign,
} from "./words.ts";

/** Hazards told for one property before the rest are only counted. */
const HAZARD_LINES = 3;
/** Failing trials of which it is told how often they failed again. */
const AGAIN_LINES = 4;
const NAME_WIDTH = 24;

/** What became of the failing trials when they were run again. */
function againLines(run: RunDocument, paint: Paint): readonly string[] {
  const texts = run.trials.flatMap((trial) => {
    const text = minimalText(trial);
    return text === undefined ? [] : [run.trials.length > 1 ? `trial ${trial.index}: ${text}` : text];
  });
  const rest = texts.length - AGAIN_LINES;
  const told = [...texts.slice(0, AGAIN_LINES), ...(rest > 0 ? [`and ${rest} more trials, in run.json`] : [])];
  return told.map((text, line) => `  ${paint("dim", (line === 0 ? "again" : "").padStart(9))}  ${plainText(text)}`);
}

function banner(run: RunDocument, paint: Paint): readonly string[] {
  const colour = colourOf[run.verdict];
  const badge = paint(["inverse", "bold", colour], ` ${sign[run.verdict]} ${run.verdict.toUpperCase()} `);
  const failure = run.verdict === "fail" ? firstFailure(run) : undefined;
  if (failure === undefined) return [`${badge} ${paint("bold", plainText(run.reason))}`];
  const evidence = (failure.witness?.evidence ?? []).slice(0, EVIDENCE_LINES);
  return [
    `${badge} ${paint(["bold", colour], plainText(failureLine(failure)))}`,
    ...evidence.map((line) => `  ${paint("dim", formatMillis(line.at).padStart(9))}  ${plainText(line.text)}`),
    ...againLines(run, paint),
    `  ${paint("dim", "replay".padStart(9))}  ${paint("cyan", plainText(run.replay))}`,
  ];
}

function tally(property: PropertySummary, trials: number): string {
  if (trials < 2) return "";
  const parts = [
    ...(property.counts.fail > 0 ? [`${property.counts.fail} failed`] : []),
    ...(property.counts.unknown > 0 ? [`${property.counts.unknown} unknown`] : []),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")} of ${trials})`;
}

function propertyLines(summary: PropertySummary, trials: number, paint: Paint): readonly string[] {
  const mark = paint(colourOf[summary.verdict], sign[summary.verdict]);
  const known = summary.known ? paint("dim", " (known limit)") : "";
  const reason = plainText(summary.reason);
  const told = summary.verdict === "pass" ? paint("dim", reason) : reason;
  const hazards = summary.hazards.slice(0, HAZARD_LINES).map(({ hazard, trial }) => {
    const where = trials > 1 ? ` (trial ${trial})` : "";
    const text = plainText(`hazard: ${headline(hazard)}, by ${hazard.cause}${where}`);
    return `    ${paint("yellow", `${HAZARD_SIGN} ${text}`)}`;
  });
  const rest = summary.hazards.length - HAZARD_LINES;
  return [
    `  ${mark} ${summary.name.padEnd(NAME_WIDTH)} ${paint("dim", summary.level)}  ${told}${tally(summary, trials)}${known}`,
    ...hazards,
    ...(rest > 0 ? [paint("dim", `      and ${rest} more`)] : []),
  ];
}

function measures(run: RunDocument, paint: Paint): readonly string[] {
  const lines = measureNames(run.measures).map(
    (name) => `  ${measureLabel(name).padEnd(NAME_WIDTH + 2)} ${formatSummary(name, run.measures[name]!)}`,
  );
  const thresholds = run.thresholds.map((threshold) => {
    const mark = threshold.crossed ? paint("red", sign.fail) : paint("green", sign.pass);
    const value = formatThreshold(threshold);
    return `  ${mark} threshold ${plainText(threshold.expression)}${threshold.crossed ? `: crossed, ${value}` : ""}`;
  });
  const lowest = [...lines, ...thresholds];
  return lowest.length === 0 ? [] : ["", ...lowest];
}

/** A path as a person would type it from here, when that is shorter. */
function near(path: string, cwd: string): string {
  const away = relative(cwd, path);
  return away !== "" && away.length < path.length && !away.startsWith("../../") ? away : path;
}

const atOnce = ({ environment }: RunDocument): string =>
  Number(environment["jobs"]) > 1 ? ` · at most ${String(environment["jobs"])} at once` : "";

function closing(run: RunDocument, folder: string, written: readonly string[], cwd: string, paint: Paint): string[] {
  const counts = countTrials(run);
  const verdicts = (["fail", "unknown", "pass"] as const)
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => paint(colourOf[verdict], `${counts[verdict]} ${verdict}`));
  const time = harnessTime(run);
  const most = run.trials.length > 1 ? "at most " : "";
  const own = `${most}${formatMillis(time.sum)} (start ${formatMillis(time.start)}, judge ${formatMillis(time.judge)})`;
  const line = (label: string, text: string): string => `  ${paint("dim", label.padEnd(10))} ${text}`;
  const files = written.filter((path) => dirname(path) === folder);
  const report = files.find((path) => path.endsWith(".html")) ?? join(folder, "run.json");
  return [
    "",
    line(
      "trials",
      `${run.trials.length} · ${verdicts.join(", ") || "none judged"}${atOnce(run)}${run.ended ? ` · ${run.ended}` : ""}`,
    ),
    line("harness", own),
    ...(run.verdict === "fail" ? [] : [line("replay", plainText(run.replay))]),
    line("report", paint("cyan", near(report, cwd))),
  ];
}

/** The verdict for a terminal: DESIGN rule 12 first, then properties, measures, the harness's own time, the report. */
export function verdictLines(
  run: RunDocument,
  folder: string,
  written: readonly string[],
  cwd: string,
  paint: Paint,
): readonly string[] {
  const summaries = summariseProperties(run);
  return [
    "",
    ...banner(run, paint),
    "",
    ...summaries.flatMap((summary) => propertyLines(summary, run.trials.length, paint)),
    ...notJudgedIn(run).map(({ name, reason }) =>
      paint("dim", `  – ${name.padEnd(NAME_WIDTH)} not judged: ${plainText(reason)}`),
    ),
    ...measures(run, paint),
    ...closing(run, folder, written, cwd, paint),
    "",
  ];
}

/** One trial's end in a line: `✓ trial 3 · seed 10 · reason`. */
export function trialLine(trial: RunDocument["trials"][number], paint: Paint): string {
  const mark = paint(colourOf[trial.verdict], sign[trial.verdict]);
  const hazards =
    trial.hazards.length === 0 ? "" : ` ${paint("yellow", `${HAZARD_SIGN} ${plural(trial.hazards.length, "hazard")}`)}`;
  return `  ${mark} trial ${trial.index} ${paint("dim", `seed ${trial.seed}`)}  ${plainText(trial.reason)}${hazards}`;
}
