import type {
  ActEvent,
  AnswerEvent,
  FaultEvent,
  GapEvent,
  HistoryHeader,
  Incarnation,
  InvokeEvent,
  NoticeEvent,
  RecordEvent,
  ReturnEvent,
  RolloutEvent,
  StallEvent,
  StepEvent,
} from "./events.ts";
import type { Bounds, Millis } from "./time.ts";

/** One stretch of belief of one incarnation. Core is [start.at, end.since], hull [start.since, end.at]. */
export type Tenure = Incarnation & {
  readonly key: string;
  readonly start: Bounds;
  readonly end: Bounds;
  /** How it ended; "open" when the history ended first. */
  readonly ending: "disclaim" | "exit" | "open" | "gap";
  readonly token?: number;
  /** A possible tenure inside a gap has an empty core. */
  readonly possible?: true;
};

/** One process of one replica. */
export type Life = Incarnation & {
  readonly key: string;
  readonly revision: string;
  readonly started: Millis;
  /** SIGTERM was sent. */
  readonly terminating?: Millis;
  readonly exited?: Bounds & { readonly code: number | null; readonly signal: string | null };
};

/** A call at a gate with its end; `end` is undefined when it never returned. */
export type Call = { readonly invoke: InvokeEvent; readonly end?: ReturnEvent };

/** A fault from injection to heal; `healed` undefined when the history ended first. */
export type FaultWindow = {
  readonly id: string;
  readonly fault: string;
  readonly effect: FaultEvent["effect"];
  readonly network?: true;
  readonly targets: readonly string[];
  readonly injected: Millis;
  readonly landed?: Millis;
  readonly unproven?: string;
  readonly healed?: Millis;
};

/** A history read once, in time order: what checkers look at. */
export type View = {
  readonly header: HistoryHeader;
  readonly end: Millis;
  readonly complete: boolean;
  readonly lives: readonly Life[];
  readonly tenures: readonly Tenure[];
  /** Statements that no tenure explains: a disclaim without a claim, a claim while claiming. */
  readonly unpaired: readonly (Incarnation & {
    readonly at: Millis;
    readonly kind: "claim" | "disclaim";
  })[];
  readonly answers: readonly AnswerEvent[];
  readonly records: readonly RecordEvent[];
  readonly calls: readonly Call[];
  readonly acts: readonly ActEvent[];
  readonly faults: readonly FaultWindow[];
  readonly stalls: readonly StallEvent[];
  readonly gaps: readonly GapEvent[];
  readonly rollouts: readonly RolloutEvent[];
  readonly steps?: readonly StepEvent[];
  readonly notices?: readonly NoticeEvent[];
};

/** Computes something of a view once and keeps it for as long as the view lives: checkers share their indexes so. */
export function perView<T>(compute: (view: View) => T): (view: View) => T {
  const known = new WeakMap<View, { readonly value: T }>();
  return (view) => {
    let found = known.get(view);
    if (!found) known.set(view, (found = { value: compute(view) }));
    return found.value;
  };
}
