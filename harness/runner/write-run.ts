import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runJson } from "../report/json.ts";
import type { Reporter } from "../report/reporter.ts";
import { finishReporters } from "../report/reporters.ts";
import type { RunResult } from "./run.ts";

/** Writes run.json, then lets every reporter write its own file into the run's folder. */
export async function writeRun(result: RunResult, reporters: readonly Reporter[]): Promise<void> {
  const { run, trials, folder } = result;
  writeFileSync(join(folder, "run.json"), runJson(run));
  await finishReporters(reporters, run, trials, folder);
}
