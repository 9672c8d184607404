import type { ReporterOptions, Sink } from "../../../harness/report/reporter.ts";

export type TestSink = Sink & { readonly text: () => string };

/** A stream that remembers what was written. */
export function sink(terminal: { readonly isTTY?: boolean; readonly columns?: number } = {}): TestSink {
  const written: string[] = [];
  return { ...terminal, write: (text: string) => written.push(text), text: () => written.join("") };
}

/** Options with no environment and a clock that stands still. */
export const quietOptions = (
  stream: Sink,
  stdout: Sink = sink(),
  env: ReporterOptions["env"] = {},
): ReporterOptions => ({ stream, stdout, env, now: () => 0 });
