import { appendFile } from "node:fs/promises";
import type { RunDocument } from "../core/run.ts";
import { formatMillis } from "../core/time.ts";
import { runMarkdown } from "./markdown.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";
import { commandProperty, commandText } from "./safe.ts";
import { EVIDENCE_LINES, summariseProperties } from "./summary.ts";
import { headline } from "./words.ts";

const annotation = (kind: "error" | "warning" | "notice", title: string, lines: readonly string[]): string =>
  `::${kind} title=${commandProperty(title)}::${commandText(lines.join("\n"))}\n`;

function ofTrial(run: RunDocument, trial: RunDocument["trials"][number]): readonly string[] {
  const where = `${run.scenario} · ${run.elector} · trial ${trial.index}`;
  return trial.properties.flatMap((result) => {
    const hazards = result.hazards.map((hazard) =>
      annotation("notice", `hazard in ${where}`, [`${result.name}: ${headline(hazard)}`, `cause: ${hazard.cause}`]),
    );
    if (result.verdict !== "fail") return hazards;
    const first = result.witnesses[0];
    const evidence = (first?.evidence ?? []).slice(0, EVIDENCE_LINES);
    const told = annotation(result.known === true ? "notice" : "error", `${result.name}: ${where}`, [
      first === undefined ? result.reason : headline(first),
      ...evidence.map((line) => `${formatMillis(line.at)}  ${line.text}`),
      ...(result.known === true ? ["upstream admits this limit"] : []),
      run.replay,
    ]);
    return [told, ...hazards];
  });
}

/** Workflow commands for what a run found: failures are errors, unknown properties warnings, hazards notices. */
export function annotations(run: RunDocument): string {
  const unknown = summariseProperties(run)
    .filter((property) => property.verdict === "unknown")
    .map((property) =>
      annotation("warning", `${property.name} is unknown: ${run.scenario} · ${run.elector}`, [property.reason]),
    );
  const crossed = run.thresholds
    .filter((threshold) => threshold.crossed)
    .map((threshold) => annotation("error", `threshold crossed: ${run.scenario}`, [threshold.expression]));
  return [...run.trials.flatMap((trial) => ofTrial(run, trial)), ...unknown, ...crossed].join("");
}

/** Annotates the workflow on stdout, and appends the summary to GITHUB_STEP_SUMMARY where it is set. */
export const githubReporter = (options: ReporterOptions): Reporter => ({
  name: "github",
  on() {},
  async finish(run) {
    options.stdout.write(annotations(run));
    const summary = options.env["GITHUB_STEP_SUMMARY"];
    if (summary) await appendFile(summary, `${runMarkdown(run)}\n`);
  },
});
