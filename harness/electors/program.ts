import { spawn } from "node:child_process";
import { HarnessError, messageOf } from "../core/errors.ts";

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type ProgramOptions = {
  /** Given on stdin; without it stdin is empty. */
  readonly input?: Buffer | string;
  /** On top of our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Every chunk of both streams, as it comes. */
  readonly heard?: (text: string) => void;
};

/**
 * Runs a program of PATH with no shell until it ends. HarnessError when it cannot be started; rejects with the signal's
 * reason, the program killed. How it ends is the caller's to judge.
 */
export async function runProgram(
  [program, ...args]: readonly string[],
  signal: AbortSignal,
  { input, env, heard }: ProgramOptions = {},
): Promise<Outcome> {
  signal.throwIfAborted();
  const child = spawn(program!, args, {
    env: { ...process.env, ...env },
    stdio: "pipe",
    signal,
    killSignal: "SIGKILL",
  });
  const outcome = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      outcome[name] += text;
      heard?.(text);
    });
  child.stdin.on("error", () => {}); // it ended without reading all: its exit says why
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(
        signal.aborted
          ? (signal.reason as Error)
          : new HarnessError(`${program} cannot be run: ${messageOf(cause)}`, {
              cause,
              mend: `put ${program} on PATH`,
            }),
      ),
    );
    child.once("close", (code) =>
      signal.aborted ? reject(signal.reason as Error) : resolve({ ...outcome, code: code ?? -1 }),
    );
  });
}

const LAST_LINES = 15;

/** Its stdout; HarnessError with the last lines that it wrote when it does not end with 0. */
export async function outputOf(
  argv: readonly string[],
  signal: AbortSignal,
  options: ProgramOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(argv, signal, options);
  if (code === 0) return stdout;
  const last = `${stdout}\n${stderr}`.trim().split("\n").slice(-LAST_LINES).join("\n  ");
  throw new HarnessError(`\`${argv.slice(0, 6).join(" ")}\` failed (status ${code}):\n  ${last}`);
}
