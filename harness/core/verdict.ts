import type { Figures } from "./measures.ts";
import type { Millis } from "./time.ts";

export type Verdict = "pass" | "unknown" | "fail";

const rank: Record<Verdict, number> = { pass: 0, unknown: 1, fail: 2 };

/** fail > unknown > pass; nothing at all is unknown. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict | undefined;
  for (const verdict of verdicts) if (result === undefined || rank[verdict] > rank[result]) result = verdict;
  return result ?? "unknown";
}

/** What a verdict rests on: L0 record only, L1 statements, L2 probes with a nonce, L3 effects. */
export type Level = "L0" | "L1" | "L2" | "L3";

/** A line of evidence: an event, and why it matters. */
export type Evidence = { readonly at: Millis; readonly text: string };

/** One reason for a failure: who, when, how much, and the lines that show it. */
export type Witness = {
  readonly summary: string;
  /** Incarnations as `name#n`; the two of an overlap, earlier first. */
  readonly incarnations: readonly string[];
  /** Milliseconds that certainly, and at the most possibly, overlapped. */
  readonly overlap?: { readonly least: number; readonly most: number };
  readonly from: Millis;
  readonly to: Millis;
  /** At least the three lines of DESIGN rule 12 where there are three. */
  readonly evidence: readonly Evidence[];
};

/** The elector's contract did not hold here: reported, counted, drawn, not a failure. */
export type Hazard = Witness & {
  readonly property: string;
  /** What broke the inequality: "pause of demo-1 for 6.8 s". */
  readonly cause: string;
};

export type PropertyResult = {
  readonly name: string;
  readonly verdict: Verdict;
  readonly level: Level;
  /** One sentence: why it passed, failed or stayed unknown. */
  readonly reason: string;
  readonly witnesses: readonly Witness[];
  readonly hazards: readonly Hazard[];
  /** Figures in milliseconds or counts, by name. */
  readonly measures?: Figures;
  /** Cases by measure that were still open when the history ended. */
  readonly censored?: Readonly<Record<string, number>>;
  /** The failure shows the deviation itself, and not only what came of it: it is told first. */
  readonly direct?: boolean;
  /** Nothing happened that it could be judged by. */
  readonly idle?: boolean;
  /** The elector's knownLimits admit this failure. */
  readonly known?: boolean;
};
