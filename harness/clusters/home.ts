import type { Capability, Cluster, Strategy } from "../core/cluster.ts";
import type { Elector, Timing } from "../core/elector.ts";
import type { Recorder } from "../core/events.ts";
import type { Figures } from "../core/measures.ts";
import type { Millis, Time } from "../core/time.ts";
import type { Witness } from "./witness.ts";
import type { RuntimeName } from "./runtime.ts";

export type HomeOptions = {
  /** Unique on this machine. */
  readonly run: string;
  /** The run's own folder for what replicas need and nobody keeps; its owner removes it. */
  readonly folder: string;
  /** A folder of the run's own in memory where the machine has one, for what is written much; its owner removes it too. */
  readonly memory: string;
  /** File in which every started process is noted, for `clean`. */
  readonly ledger: string;
  /** As what a pod's containers run: processes of this machine unless told. */
  readonly runtime?: RuntimeName;
};

export type TrialOptions = {
  readonly elector: Elector;
  /** What the elector may be rolled to; then its lock is the one that is judged. */
  readonly successor?: Elector;
  readonly timing: Timing;
  readonly replicas: number;
  readonly strategy: Strategy;
  /** What its faults ask of the cluster: a home gives a trial alone what trials cannot share. */
  readonly needs?: ReadonlySet<Capability>;
  /** Whatever is drawn in the trial is drawn from it. */
  readonly seed: number;
  /** What the replicas find as ELECTION_NAME; the lock object is `judgedLock(options, election)`. */
  readonly election: string;
  /** The trial's own; made when it opens, removed when it closes. */
  readonly namespace: string;
  readonly recorder: Recorder;
  /** By which the recorder writes. */
  readonly time: Time;
  /** Folder for the replicas' logs. */
  readonly logs: string;
  readonly witness: Witness;
};

/** A time in which a trial runs, and what was seen in it by now. */
export type TrialTime = Time & { since(): Millis };

/** One trial's replicas at work. */
export type Trial = AsyncDisposable & {
  readonly cluster: Cluster;
  /** Why the replicas cannot run at all ("the command cannot be started: …"); undefined while nothing is wrong. */
  failure(): string | undefined;
  /**
   * Resolves when all is recorded that was observed by now, with the instant until which that is everything where it
   * is not now; absent where nothing is observed in another thread.
   */
  caughtUp?(): Promise<Millis | void>;
  /** What the home itself measured, by name; beside what the history tells. */
  measures?(): Figures;
  /** The end of a replica's log; "" when it has none. */
  logTail(replica: string): string;
  /** Ends every replica (SIGTERM, a short grace, SIGKILL) and removes the namespace; the same as disposing. */
  close(): Promise<void>;
};

/** Where trials run: one control plane for a whole run. Disposing closes what trials are still open. */
export interface Home extends AsyncDisposable {
  readonly name: string;
  /** The address of this machine at which the replicas reach it; loopback unless told. */
  readonly address?: string;
  /** Nodes that take the elector's pods where it is a DaemonSet; absent where they are DAEMONS. */
  daemons?(elector: Elector): number;
  /** The version that a real API server says it is of. */
  readonly kubernetes?: string;
  /** The namespace that a trial is to have here; `trial-<n>` unless told. */
  namespaceOf?(trial: number): string;
  /** The time of one trial where it is not this machine's, from 0; `since` as a Recorder has it. */
  time?(): TrialTime;
  /**
   * Resolves when every replica has had its first process, when it is known that none can run (`failure()`), or when
   * the signal aborted. Rejects with InputError for an elector that this home cannot run.
   */
  openTrial(options: TrialOptions, signal: AbortSignal): Promise<Trial>;
}
