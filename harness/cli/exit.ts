import { CommanderError } from "commander";
import { HarnessError, InputError, messageOf } from "../core/errors.ts";
import type { Verdict } from "../core/verdict.ts";
import { plainLines } from "../report/safe.ts";

/** CONTRACT "Exit status". */
export const EXIT = { pass: 0, fail: 1, unknown: 2, input: 3, harness: 4, interrupted: 130 } as const;

export const exitOf = (verdict: Verdict): number => EXIT[verdict];

/** On stderr, as lines that command no terminal: names, keys and logs in them are other people's. */
const say = (text: string): void => console.error(plainLines(text));

/** Tells the user what went wrong and what would be right; returns the exit status. */
export function explain(error: unknown): number {
  // What came first is the cause; what closing met after it seldom says more.
  if (error instanceof SuppressedError) return explain(error.suppressed);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.input;
  if (error instanceof InputError) {
    const { file, line, field } = error.where;
    const place = [file && (line === undefined ? file : `${file}:${line}`), field].filter(Boolean).join(", ");
    say(`error: ${place ? `${place}: ` : ""}${error.message}`);
    if (error.mend !== undefined) say(`  mend: ${error.mend}`);
    return EXIT.input;
  }
  if (error instanceof HarnessError) {
    say(`error: ${error.message}`);
    if (error.mend !== undefined) say(`  mend: ${error.mend}`);
    return EXIT.harness;
  }
  say(`error: interregnum failed: ${messageOf(error)}`);
  if (error instanceof Error && error.stack !== undefined) say(error.stack);
  return EXIT.harness;
}
