import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunDocument } from "../core/run.ts";
import { formatMillis } from "../core/time.ts";
import type { Witness } from "../core/verdict.ts";
import { minimalText } from "./minimal.ts";
import type { Reporter } from "./reporter.ts";
import { markdownFence, markdownText, plainText } from "./safe.ts";
import { countTrials, failureLine, firstFailure, harnessTime, notJudgedIn, summariseProperties } from "./summary.ts";
import { formatOverlap, formatSummary, HAZARD_SIGN, measureLabel, measureNames, plural, sign } from "./words.ts";

/** Witnesses written out in full, over all trials and properties. */
const WITNESS_LIMIT = 12;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function properties(run: RunDocument): readonly string[] {
  const lines = summariseProperties(run).map((property) => {
    const hazards = property.hazards.length === 0 ? "" : ` ${HAZARD_SIGN} ${plural(property.hazards.length, "hazard")}`;
    const known = property.known ? " (known limit)" : "";
    const cells = [property.name, `${sign[property.verdict]} ${property.verdict}${known}${hazards}`, property.level];
    return row([...cells.map(markdownText), markdownText(property.reason)]);
  });
  const absent = notJudgedIn(run).map(({ name, reason }) =>
    row([markdownText(name), "– not judged", "", markdownText(reason)]),
  );
  return ["## Properties", "", "| property | verdict | level | why |", "|---|---|---|---|", ...lines, ...absent, ""];
}

function measures(run: RunDocument): readonly string[] {
  const names = measureNames(run.measures);
  if (names.length === 0) return [];
  const lines = names.map((name) =>
    row([markdownText(measureLabel(name)), markdownText(formatSummary(name, run.measures[name]!))]),
  );
  const thresholds = run.thresholds.map(
    (threshold) => `- ${threshold.crossed ? sign.fail : sign.pass} threshold ${markdownText(threshold.expression)}`,
  );
  return ["## Measures", "", "| measure | value |", "|---|---|", ...lines, "", ...thresholds, ""];
}

function witness(title: string, told: Witness): readonly string[] {
  const overlap = told.overlap === undefined ? [] : [`overlap ${formatOverlap(told.overlap)}`];
  const evidence = told.evidence.map((line) => `${formatMillis(line.at).padStart(9)}  ${line.text}`);
  const lines = [told.summary, ...overlap, ...evidence].map(plainText);
  return [`**${markdownText(title)}**`, "", markdownFence(lines.join("\n"), "text"), ""];
}

function witnesses(run: RunDocument): readonly string[] {
  const told = run.trials.flatMap((trial) =>
    trial.properties.flatMap((result) => [
      ...result.witnesses.map((each) => ({ title: `${result.name}, trial ${trial.index}`, witness: each })),
      ...result.hazards.map((each) => ({
        title: `hazard: ${each.cause}; ${result.name}, trial ${trial.index}`,
        witness: each,
      })),
    ]),
  );
  if (told.length === 0) return [];
  const rest = told.length - WITNESS_LIMIT;
  return [
    "## What was seen",
    "",
    ...told.slice(0, WITNESS_LIMIT).flatMap((each) => witness(each.title, each.witness)),
    ...(rest > 0 ? [`… and ${rest} more in run.json.`, ""] : []),
  ];
}

function minimals(run: RunDocument): readonly string[] {
  const lines = run.trials.flatMap((trial) => {
    const text = minimalText(trial);
    return text === undefined ? [] : [`- trial ${trial.index}: ${markdownText(text)}`];
  });
  return lines.length === 0 ? [] : ["Run again, as `replay --minimal` does:", "", ...lines, ""];
}

/** summary.md: the verdict, properties, measures, witnesses, and the command that replays it. */
export function runMarkdown(run: RunDocument): string {
  const failure = firstFailure(run);
  const counts = countTrials(run);
  const time = harnessTime(run);
  const judged = `${plural(run.trials.length, "trial")}: ${counts.pass} pass, ${counts.fail} fail, ${counts.unknown} unknown`;
  return [
    `# ${sign[run.verdict]} ${run.verdict}: ${markdownText(`${run.scenario} · ${run.elector}`)}`,
    "",
    markdownText(run.verdict === "fail" && failure !== undefined ? failureLine(failure) : run.reason),
    "",
    `${judged} · cluster ${markdownText(run.cluster)} · seed ${run.seed} · harness's own time ${formatMillis(time.sum)}${
      run.ended === undefined ? "" : ` · cut short: ${markdownText(run.ended)}`
    }`,
    "",
    "Replay:",
    "",
    markdownFence(plainText(run.replay), "sh"),
    "",
    ...minimals(run),
    ...properties(run),
    ...measures(run),
    ...witnesses(run),
  ].join("\n");
}

/** Writes summary.md into the run's folder. */
export const markdownReporter = (): Reporter => ({
  name: "markdown",
  on() {},
  async finish(run, _trials, folder) {
    const path = join(folder, "summary.md");
    await writeFile(path, runMarkdown(run));
    return path;
  },
});
