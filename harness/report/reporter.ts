import type { RunDocument, TrialDocument } from "../core/run.ts";
import type { View } from "../core/view.ts";
import type { Progress } from "./progress.ts";

/** Where lines go: a terminal, a pipe or a test. */
export type Sink = {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
};

export type ReporterOptions = {
  /** Live progress and the verdict for people. */
  readonly stream: Sink;
  /** Machine-readable output: `-o json`, GitHub annotations. */
  readonly stdout: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a monotonic clock, for elapsed times on a terminal. */
  readonly now: () => number;
};

/** A trial as a reporter is given it when the run is over; its view is made when asked for, as a thousand fill no memory. */
export type FinishedTrial = { readonly document: TrialDocument; readonly view: () => View };

export type Reporter = {
  readonly name: string;
  on(progress: Progress): void;
  /** Called once, after the last trial; returns the path it wrote. `written` holds the paths of reporters before it. */
  finish?(
    run: RunDocument,
    trials: readonly FinishedTrial[],
    folder: string,
    written: readonly string[],
  ): Promise<string | void>;
  /** Gives the terminal back; safe to call at any time and twice. */
  [Symbol.dispose]?(): void;
};
