import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Builder } from "junit-report-builder";
import type { RunDocument, TrialDocument } from "../core/run.ts";
import type { Hazard, PropertyResult, Witness } from "../core/verdict.ts";
import { formatMillis } from "../core/time.ts";
import type { Reporter } from "./reporter.ts";
import { xmlText } from "./safe.ts";
import { formatOverlap, headline } from "./words.ts";

const witnessText = (witness: Witness): string =>
  [
    witness.summary,
    ...(witness.overlap === undefined ? [] : [`overlap ${formatOverlap(witness.overlap)}`]),
    ...witness.evidence.map((line) => `  at ${formatMillis(line.at)}: ${line.text}`),
  ].join("\n");

const hazardText = (hazard: Hazard): string => `hazard, ${hazard.cause}: ${witnessText(hazard)}`;

function explain(run: RunDocument, trial: TrialDocument, result: PropertyResult): string {
  return [
    result.reason,
    ...result.witnesses.map(witnessText),
    `level ${result.level} · trial ${trial.index} · seed ${trial.seed}`,
    `replay: ${run.replay}`,
  ].join("\n");
}

/** The run as JUnit XML: a suite a run, a case per trial and property; unknown is an error, an admitted failure is output. */
export async function junitXml(run: RunDocument): Promise<string> {
  // its types say { default }, the module itself is the builder
  const { default: exported } = await import("junit-report-builder");
  const builder = (exported as unknown as Builder).newBuilder();
  const name = xmlText(`${run.scenario} · ${run.elector} · ${run.cluster}`);
  const suite = builder.testSuite().name(name);
  suite.property("seed", String(run.seed));
  suite.property("verdict", run.verdict);
  suite.property("replay", xmlText(run.replay));
  for (const trial of run.trials) {
    for (const result of trial.properties) {
      const item = suite
        .testCase()
        .className(xmlText(`${run.scenario}.${run.elector}`))
        .name(xmlText(`${result.name} (trial ${trial.index}, seed ${trial.seed})`));
      const output = result.hazards.map(hazardText);
      const first = result.witnesses[0];
      const message = xmlText(first === undefined ? result.reason : headline(first));
      const content = xmlText(explain(run, trial, result));
      if (result.verdict === "fail" && result.known === true) output.push(`known limit: ${content}`);
      else if (result.verdict === "fail") item.failure(message, "violation").stacktrace(content);
      else if (result.verdict === "unknown") item.error(xmlText(result.reason), "unknown", content);
      if (output.length > 0) item.standardOutput(xmlText(output.join("\n")));
    }
    if (trial.properties.length === 0)
      suite
        .testCase()
        .className(xmlText(`${run.scenario}.${run.elector}`))
        .name(`trial ${trial.index}`)
        .error(xmlText(trial.reason), "unknown");
  }
  if (run.trials.length === 0)
    suite.testCase().className(name).name("no trial was judged").error(xmlText(run.reason), "unknown");
  return builder.build();
}

/** Writes junit.xml into the run's folder. */
export const junitReporter = (): Reporter => ({
  name: "junit",
  on() {},
  async finish(run, _trials, folder) {
    const path = join(folder, "junit.xml");
    await writeFile(path, await junitXml(run));
    return path;
  },
});
