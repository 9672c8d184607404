import type { RunDocument, TrialDocument } from "../core/run.ts";

/** What the runner tells while it works. */
export type Progress =
  | {
      readonly type: "run-start";
      readonly scenario: string;
      readonly elector: string;
      readonly cluster: string;
      readonly trials: number;
      /** Trials at once; absent where measured stall decides. */
      readonly jobs?: number;
      readonly folder: string;
    }
  | { readonly type: "trial-start"; readonly trial: number; readonly seed: number }
  | { readonly type: "step"; readonly trial: number; readonly text: string }
  | { readonly type: "trial-end"; readonly trial: TrialDocument }
  | { readonly type: "run-end"; readonly run: RunDocument; readonly folder: string }
  | { readonly type: "note"; readonly text: string };
