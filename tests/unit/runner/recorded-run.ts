import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunDocument } from "../../../harness/core/run.ts";
import { runJson } from "../../../harness/report/json.ts";
import { syntheticRun } from "../report/synthetic.ts";

const history = fileURLToPath(new URL("../../../fixtures/histories/pass/rejoin.jsonl", import.meta.url));

/** A folder of the test's own, removed when disposed. */
export function temporary(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "interregnum-unit-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A run's document with trials of these numbers, all of which passed. */
export function runOf(...indices: readonly number[]): RunDocument {
  const { run } = syntheticRun(indices.map(() => ({ kind: "pass" })));
  return { ...run, trials: run.trials.map((trial, at) => ({ ...trial, index: indices[at]! })) };
}

/** Writes a run's folder: run.json as it is given, whatever it is, and a history for each of the trials named. */
export function writeRunFolder(folder: string, run: unknown, indices: readonly number[] = []): string {
  mkdirSync(folder, { recursive: true });
  const whole = typeof run === "object" && run !== null && "trials" in run;
  writeFileSync(join(folder, "run.json"), whole ? runJson(run as RunDocument) : JSON.stringify(run));
  for (const index of indices) cpSync(history, join(folder, "trials", String(index), "history.jsonl"));
  return folder;
}
