import type { ActiveDisturbance, Disturbance } from "./disturbance.ts";
import type { Incarnation } from "./events.ts";
import type { Millis } from "./time.ts";

/** What a cluster can do; a fault or scenario that needs more is skipped by name. */
export type Capability = "signals" | "gate" | "rollout" | "nodes" | "network";

/** Whom a fault is aimed at: resolved once, when it is injected. */
export type Target = "leader" | "standby" | "any" | "all";

export type Replica = Incarnation & {
  /** pod-template-hash. */
  readonly revision: string;
  readonly phase: "starting" | "running" | "terminating" | "gone";
  /** When the current process started. */
  readonly startedAt: Millis;
};

/** `minReadySeconds`: how long a new pod must have run before the rollout goes on; the time in which both contend. */
export type Strategy =
  | {
      readonly type: "RollingUpdate";
      readonly maxSurge: number | string;
      readonly maxUnavailable: number | string;
      readonly minReadySeconds?: number;
    }
  | { readonly type: "Recreate" };

/** The outcome of a rolling update. */
export type RolloutOutcome = {
  readonly from: string;
  readonly to: string;
  readonly complete: boolean;
  readonly detail: string;
};

/** One trial's replicas in some cluster: the only thing that faults and steps may speak to. */
export interface Cluster {
  readonly capabilities: ReadonlySet<Capability>;
  /** Replicas that have a process, oldest first. */
  replicas(): readonly Replica[];
  /** The replica that now leads by its own statement, else the record's holder; undefined when nobody does. */
  leader(): Replica | undefined;
  /** Freezes every process of the replica; resolves when all of them are seen stopped (state T). */
  pause(replica: Replica, signal: AbortSignal): Promise<void>;
  resume(replica: Replica, signal: AbortSignal): Promise<void>;
  /** Whether every process of the replica is stopped (state T) at this instant; absent where a cluster cannot look. */
  paused?(replica: Replica): boolean;
  /** Deletes the pod with no grace: SIGKILL, and the ReplicaSet makes another. Resolves when the process is gone. */
  kill(replica: Replica, signal: AbortSignal): Promise<void>;
  /** Deletes the pod with its grace: SIGTERM, later SIGKILL. Resolves when the process is gone. */
  evict(replica: Replica, signal: AbortSignal): Promise<void>;
  /** Puts a disturbance into the replica's gate; `fault` is the id that disturbed calls are marked with. */
  disturb(replica: Replica, disturbance: Disturbance, fault: string): ActiveDisturbance;
  /** Asks the API through the replica's own gate, as a proof of what the replica gets: its status, or why none came. */
  ask(
    replica: Replica,
    timeout: Millis,
    signal: AbortSignal,
  ): Promise<{ readonly status?: number; readonly error?: string }>;
  /** Changes the pod template and waits until the rollout is complete, or `timeout` passed. */
  rollout(timeout: Millis, signal: AbortSignal): Promise<RolloutOutcome>;
}
