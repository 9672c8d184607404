import type { FaultEvent } from "../core/events.ts";
import type { Evidence } from "../core/verdict.ts";
import type { Life, Tenure } from "../core/view.ts";

/** [asked, milliseconds it took or -1, index into `requests`, outcome, status, commit since or -1, commit at or -1, fault index or -1]. */
export type PageCall = readonly [number, number, number, Outcome, number, number, number, number];
/** 0 ok · 1 fail · 2 info · 3 never returned. */
export type Outcome = 0 | 1 | 2 | 3;
/** [earliest, seen, token or null, accepted 1 or 0, the API call that it was where it was one]. */
export type PageAct = readonly [number, number, number | null, 0 | 1, string?];

/** A LeaderElection Event; `replica` as in PageRecord. */
export type PageNotice = { readonly at: number; readonly replica: number; readonly text: string; readonly api: string };

export type PageReplica = {
  readonly name: string;
  readonly lives: readonly Life[];
  readonly tenures: readonly Tenure[];
  readonly calls: readonly PageCall[];
  readonly acts: readonly PageAct[];
  /** [asked, answered, leading 1 or 0, names or null]. */
  readonly answers: readonly (readonly [number, number, 0 | 1, string | null])[];
  readonly gaps: readonly { readonly since: number; readonly at: number; readonly reason: string }[];
  readonly stalls: readonly { readonly since: number; readonly at: number; readonly ms: number }[];
  readonly unpaired: readonly {
    readonly at: number;
    readonly kind: "claim" | "disclaim";
    readonly incarnation: number;
  }[];
};

export type PageRecord = {
  readonly since: number;
  readonly at: number;
  readonly object: string;
  readonly version: string;
  /** Absent when the record was deleted. */
  readonly holder?: string | null;
  /** Index of the replica that the holder's identity names; -1 for somebody else or nobody. */
  readonly replica: number;
  /** Until when it was valid, were it committed at `at`; null without a duration. */
  readonly until: number | null;
  readonly transitions: number | null;
  readonly fault?: string;
};

export type PageFault = {
  readonly id: string;
  readonly name: string;
  readonly effect: FaultEvent["effect"];
  readonly targets: readonly string[];
  readonly from: number;
  readonly landed: number | null;
  readonly to: number | null;
  readonly unproven: string | null;
};

/** A witness or hazard, drawn and told. */
export type PageFinding = {
  readonly kind: "violation" | "known" | "hazard" | "doubt";
  readonly property: string;
  readonly summary: string;
  readonly cause: string | null;
  readonly incarnations: readonly string[];
  /** Names of the replicas whose lanes it concerns. */
  readonly replicas: readonly string[];
  readonly overlap: string | null;
  readonly from: number;
  readonly to: number;
  readonly evidence: readonly Evidence[];
};

export type PageTrial = {
  readonly index: number;
  readonly end: number;
  readonly complete: boolean;
  readonly leaseDuration: number;
  readonly replicas: readonly PageReplica[];
  /** Distinct requests: "update leases/demo". */
  readonly requests: readonly { readonly text: string; readonly write: boolean }[];
  readonly records: readonly PageRecord[];
  readonly notices: readonly PageNotice[];
  readonly faults: readonly PageFault[];
  /** Rolling updates as bands; `to` null when it never ended. */
  readonly rollouts: readonly { readonly text: string; readonly from: number; readonly to: number | null }[];
  readonly steps: readonly { readonly text: string; readonly from: number; readonly to: number }[];
  readonly stalls: readonly { readonly since: number; readonly at: number; readonly ms: number }[];
  readonly findings: readonly PageFinding[];
};
