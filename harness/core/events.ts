import type { ElectorProfile, LockKind } from "./elector.ts";
import type { Bounds, Millis } from "./time.ts";

/** A replica is a pod; an incarnation is one process of it, counted from 1. */
export type Incarnation = { readonly replica: string; readonly incarnation: number };

/** Keys by replica and incarnation: the same string each time, which a Map then finds without reading it. */
const keys = new Map<string, Map<number, string>>();
/** Replicas whose keys are kept at most. */
const MOST_KEYS = 1000;

/** `name#1`: how an incarnation is written everywhere. */
export function incarnationKey({ replica, incarnation }: Incarnation): string {
  let ofReplica = keys.get(replica);
  if (!ofReplica) {
    if (keys.size >= MOST_KEYS) keys.clear();
    keys.set(replica, (ofReplica = new Map()));
  }
  let key = ofReplica.get(incarnation);
  if (key === undefined) ofReplica.set(incarnation, (key = `${replica}#${incarnation}`));
  return key;
}

/** The election record, whatever object carries it; times as the replica wrote them, never compared with our clock. */
export type LockRecord = {
  readonly holder: string | null;
  readonly durationSeconds: number | null;
  readonly acquireTime: string | null;
  readonly renewTime: string | null;
  readonly transitions: number | null;
};

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection" | "other";

/** A replica's life: created (pod), started (process), ready, terminating (SIGTERM sent), exited (process gone). */
export type ReplicaEvent = Partial<Bounds> &
  Incarnation & {
    readonly type: "replica";
    readonly at: Millis;
    readonly phase: "started" | "ready" | "terminating" | "exited";
    /** pod-template-hash: which ReplicaSet's. */
    readonly revision: string;
    readonly pid?: number;
    readonly code?: number | null;
    readonly signal?: string | null;
  };

/** The replica said that it leads (claim) or that it does not (disclaim): a line, written in [since, at]. */
export type StatementEvent = Bounds &
  Incarnation & {
    readonly type: "claim" | "disclaim";
    readonly token?: number;
    readonly source: "stdout" | "log";
  };

/** A polled answer: asked at `asked`, answered at `at`; true of some instant between. */
export type AnswerEvent = Incarnation & {
  readonly type: "answer";
  readonly at: Millis;
  readonly asked: Millis;
  readonly leading: boolean;
  readonly term?: number;
  /** Whom the answer names as leader, where it names somebody. */
  readonly names?: string;
};

/** A request reached the replica's gate. */
export type InvokeEvent = Incarnation & {
  readonly type: "invoke";
  readonly at: Millis;
  readonly call: number;
  readonly verb: Verb;
  readonly resource: string;
  /** Object name; "" for a collection. */
  readonly object: string;
  /** Where it is none of the election's. */
  readonly namespace?: string;
  /** The resourceVersion the write is preconditioned on. */
  readonly version?: string;
  /** The election record the request would write. */
  readonly record?: LockRecord;
};

/**
 * How a call ended at the gate. ok: the success was handed to the client. fail: it certainly changed nothing.
 * info: the client cannot know (reply lost, connection cut); `committed` says what the gate knows.
 */
export type ReturnEvent = Incarnation & {
  readonly type: "ok" | "fail" | "info";
  readonly at: Millis;
  readonly call: number;
  /** HTTP status handed to the client; 0 when none was. */
  readonly status: number;
  /** The upstream committed the write within these bounds (forwarded, upstream answered). */
  readonly committed?: Bounds;
  readonly version?: string;
  /** The election record read or written. */
  readonly record?: LockRecord;
  /** Id of the fault that disturbed this call. */
  readonly fault?: string;
};

/** The election object changed, seen on the channel that no fault touches; record null when deleted. */
export type RecordEvent = Bounds & {
  readonly type: "record";
  readonly version: string;
  readonly object: string;
  readonly record: LockRecord | null;
  /** Set when the harness itself wrote it (record-edited, record-deleted): the fault's id. */
  readonly fault?: string;
};

/** A LeaderElection Event that somebody wrote, as seen on the channel that no fault touches: lossy, and never a verdict. */
export type NoticeEvent = {
  readonly type: "notice";
  readonly at: Millis;
  readonly says: "leads" | "stopped";
  /** Of whom: an identity, as records hold it. */
  readonly identity: string;
  /** The API that it was written in. */
  readonly api: "v1" | "events.k8s.io/v1";
};

/** Guarded work that reached the witness, or that the API committed: then `what` says the call. */
export type ActEvent = Bounds &
  Incarnation & {
    readonly type: "act";
    readonly token?: number;
    readonly accepted: boolean;
    readonly what?: string;
  };

/** A fault's life. `landed` carries the proof; `unproven` makes the trial unknown. */
export type FaultEvent = {
  readonly type: "fault";
  readonly at: Millis;
  readonly id: string;
  readonly fault: string;
  readonly phase: "inject" | "landed" | "unproven" | "heal" | "healed";
  /** Replica names it was aimed at. */
  readonly targets: readonly string[];
  readonly detail?: string;
  /** Whether a replica between `inject` and `healed` is frozen, cut off, or gone. */
  readonly effect: FaultEffect;
  /** It works between replica and gate: no gate sees what it makes late. */
  readonly network?: true;
};

/**
 * What a fault does to the contract of its targets: pause (frozen), cut (API unreachable), delay (late replies),
 * clock (rates), stamps (times that it writes), record (record edited or deleted), end (process ended), api (errors,
 * lost replies), none. Stamps decide nothing for an elector that counts by its own clock, so they excuse nobody.
 */
export type FaultEffect = "pause" | "cut" | "delay" | "clock" | "stamps" | "record" | "end" | "api" | "none";

/** A rolling update's life; revisions are pod-template-hashes. */
export type RolloutEvent = {
  readonly type: "rollout";
  readonly at: Millis;
  readonly phase: "start" | "complete" | "stuck";
  readonly from: string;
  readonly to: string;
  readonly detail?: string;
};

/** Measured contention within [since, at]: `ms` of it that somebody wanted to run and could not. */
export type StallEvent = Bounds & {
  readonly type: "stall";
  /** "harness", or a replica's incarnation. */
  readonly who: "harness" | Incarnation;
  readonly ms: number;
};

/** Lost observation of one replica's statements within [since, at]. */
export type GapEvent = Bounds & Incarnation & { readonly type: "gap"; readonly reason: string };

/** The runner's own progress through the scenario. */
export type StepEvent = {
  readonly type: "step";
  readonly at: Millis;
  readonly index: number;
  readonly name: string;
  readonly phase: "start" | "end" | "timeout";
  readonly detail?: string;
};

/** The observation ends here: what is open stays open. What happened after `since` may not have been read any more. */
export type EndEvent = {
  readonly type: "end";
  readonly since?: Millis;
  readonly at: Millis;
  readonly reason: "complete" | "interrupted" | "time-limit";
};

export type HistoryEvent =
  | ReplicaEvent
  | StatementEvent
  | AnswerEvent
  | InvokeEvent
  | ReturnEvent
  | RecordEvent
  | NoticeEvent
  | ActEvent
  | FaultEvent
  | RolloutEvent
  | StallEvent
  | GapEvent
  | StepEvent
  | EndEvent;

/** Non-vacuity: what a trial must have seen before it may pass. */
export type Minimum = {
  /** Tenures seen. */
  readonly terms: number;
  /** Changes of leader from one incarnation to another. */
  readonly takeovers: number;
  /** Faults that landed. */
  readonly faults: number;
};

export const HISTORY_FORMAT = "interregnum.history/1";

/** First line of history.jsonl: everything that a checker needs beside the events. */
export type HistoryHeader = {
  readonly format: typeof HISTORY_FORMAT;
  readonly harness: string;
  readonly scenario: string;
  readonly elector: ElectorProfile;
  readonly cluster: string;
  readonly seed: number;
  readonly trial: number;
  readonly election: { readonly kind: LockKind; readonly namespace: string; readonly name: string };
  /** Names of the properties that the scenario asks for. */
  readonly properties: readonly string[];
  /** Names of the others, which count where the trial gave occasion to judge them; absent in older histories. */
  readonly incidental?: readonly string[];
  readonly minimum: Minimum;
};

export type History = { readonly header: HistoryHeader; readonly events: readonly HistoryEvent[] };

/** Where the parts write what they saw. `since()` is the earliest that anything seen now can have happened. */
export interface Recorder {
  now(): Millis;
  since(): Millis;
  record(event: HistoryEvent): void;
}
