import { styleText } from "node:util";
import type { Verdict } from "../core/verdict.ts";
import type { Sink } from "./reporter.ts";

type Format = Parameters<typeof styleText>[0];

export type Paint = (format: Format, text: string) => string;

/** Colours only where the stream shows them: NO_COLOR off, FORCE_COLOR on, else a terminal that is not dumb. */
export function paintFor(stream: Sink, env: Readonly<Record<string, string | undefined>>): Paint {
  const forced = env["FORCE_COLOR"];
  const coloured =
    (env["NO_COLOR"] ?? "") !== ""
      ? false
      : forced !== undefined
        ? forced !== "0"
        : stream.isTTY === true && env["TERM"] !== "dumb";
  // the stream was judged above: it may be a test's sink, which node would refuse to judge
  return coloured ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text;
}

export const colourOf: Record<Verdict, "green" | "red" | "yellow"> = { pass: "green", fail: "red", unknown: "yellow" };
