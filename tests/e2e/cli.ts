import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryEvent } from "../../harness/core/events.ts";
import type { RunDocument } from "../../harness/core/run.ts";
import type { PropertyResult } from "../../harness/core/verdict.ts";

/** `code`: as a shell has it, 128 and the signal's number for who died of one. */
export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A started command line; `done` resolves at its end. */
export function start(
  args: readonly string[],
  cwd?: string,
  /** What is piped into it; nothing unless given. */
  input?: string,
): {
  readonly pid: number;
  readonly done: Promise<Outcome>;
  kill(signal: NodeJS.Signals): void;
  seen(text: string): Promise<void>;
} {
  const cli = join(import.meta.dirname, "..", "..", "harness", "cli.ts");
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    stdio: "pipe",
    env: { ...process.env, NO_COLOR: "1" },
  });
  child.stdin.on("error", () => {}); // it ended without reading all
  child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  const heard = (): void => waiting.forEach((check) => check());
  child.stdout.on("data", (data: Buffer) => ((stdout += data.toString()), heard()));
  child.stderr.on("data", (data: Buffer) => ((stderr += data.toString()), heard()));
  const done = new Promise<Outcome>((resolve) => {
    child.on("close", (code, signal) => {
      resolve({ code: code ?? (signal === null ? -1 : 128 + constants.signals[signal]), stdout, stderr });
      heard();
    });
  });
  return {
    pid: child.pid!,
    done,
    kill: (signal) => void child.kill(signal),
    seen: (text) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (stdout.includes(text) || stderr.includes(text)) resolve();
          else if (child.exitCode !== null) reject(new Error(`ended without "${text}":\n${stdout}\n${stderr}`));
          else return;
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      }),
  };
}

export const interregnum = (...args: readonly string[]): Promise<Outcome> => start(args).done;

/** A folder of the test's own, removed when disposed. */
export function temporary(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "interregnum-e2e-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export const runDocument = (folder: string): RunDocument =>
  JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunDocument;

/** The properties that failed in a run's first trial, the known limits too. */
export const failedIn = (folder: string): readonly string[] =>
  (runDocument(folder).trials[0]?.properties ?? []).filter(({ verdict }) => verdict === "fail").map(({ name }) => name);

/** The failures of a property, each with the number of its trial. A hazard is none. */
export const failuresOf = (
  folder: string,
  property: string,
): readonly (PropertyResult & { readonly trial: number })[] =>
  runDocument(folder).trials.flatMap(({ index, properties }) =>
    properties
      .filter(({ name, verdict }) => name === property && verdict === "fail")
      .map((result) => ({ ...result, trial: index })),
  );

/** The events of one of a run's trials. */
export const historyOf = (folder: string, trial = 0): readonly HistoryEvent[] =>
  readFileSync(join(folder, "trials", String(trial), "history.jsonl"), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as HistoryEvent);

/** Living processes that a run started, by the mark in their environment; zombies are no longer alive. */
export function processesOf(run: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`INTERREGNUM_RUN=${run}`);
      } catch {
        return false; // it ended while we looked
      }
    });
}
