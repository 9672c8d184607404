import type { ActiveDisturbance, Disturbance } from "./disturbance.ts";
import type { Timing } from "./elector.ts";
import type { Incarnation, LockRecord } from "./events.ts";
import type { Millis, Time } from "./time.ts";

/**
 * What a cluster can do; a fault or scenario that needs more is skipped by name. record: writes the election object
 * itself. scale: changes the number of replicas. restart: ends a process whose pod stays. api: stops the API server.
 * etcd: freezes what the API server keeps its objects in. nodes: has several, and drains one. unplug: takes a
 * replica's network away as a whole. network: reaches into that between a replica and its gate. netem: delays its packets there. machines: takes a node's power, and gives it back.
 */
export type Capability =
  | "signals"
  | "gate"
  | "rollout"
  | "nodes"
  | "unplug"
  | "network"
  | "netem"
  | "machines"
  | "record"
  | "scale"
  | "restart"
  | "api"
  | "etcd";

/**
 * Whom a fault is aimed at: resolved once, when it is injected. subject: the replica whose call the fault's moment is;
 * a name: that replica.
 */
export type Target = "leader" | "standby" | "any" | "all" | "subject" | { readonly replica: string };

/** At once where the API is in this process. */
export type Awaitable<T> = T | Promise<T>;

/** Fields that the harness sets in the election record; null empties a field. */
export type RecordEdit = Partial<LockRecord>;

/** What a watch of the lock through a replica's gate delivered: its events so far, and whether it was cut. */
export type Watched = { readonly events: number; readonly cut: boolean };

/** What was stopped, in words that prove it; `start` brings it back, and resolves once it serves again. */
export type Stopped = { readonly words: string; start(signal: AbortSignal): Promise<void> };

/**
 * What befalls a replica's packets, in its own network. drop: all of them, those of one direction as the replica sees it,
 * or only those between it and its gate. loss: a share of them, drawn for each. delay: what it sends waits so long.
 */
export type PacketRule =
  | { readonly kind: "drop"; readonly direction?: "in" | "out"; readonly to?: "api" }
  | { readonly kind: "loss"; readonly share: number }
  | { readonly kind: "delay"; readonly by: Millis };

/** A rule in force. */
export type ActiveRule = {
  /** Not before this instant it was in force. */
  readonly since: Millis;
  /** As Cluster.reach, from the same network; where that outlives its process, whatever became of it. */
  reach(timeout: Millis, signal: AbortSignal): Promise<Millis | undefined>;
  /** How many packets it has touched so far; undefined where that is not counted. */
  touched(signal: AbortSignal): Promise<number | undefined>;
  /** Takes away this rule and no other; a replica that is gone took it with it. */
  lift(signal: AbortSignal): Promise<void>;
};

export type Replica = Incarnation & {
  /** pod-template-hash. */
  readonly revision: string;
  /** Where it runs; absent where a cluster has but one node. */
  readonly node?: string;
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
  /** By which everything waits that is done to this cluster. */
  readonly time: Time;
  /** The replicas' own, by which faults scale their spans. */
  readonly timing?: Timing;
  /** Replicas that have a process, oldest first. */
  replicas(): readonly Replica[];
  /** The replica that now leads by its own statement, else the record's holder; undefined when nobody does. */
  leader(): Replica | undefined;
  /** Freezes every process of the replica; resolves when all of them are seen stopped. */
  pause(replica: Replica, signal: AbortSignal): Promise<void>;
  resume(replica: Replica, signal: AbortSignal): Promise<void>;
  /** Whether every process of the replica is stopped at this instant (state T, or held by the freezer of its container); absent where a cluster cannot look. */
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
  /** Watches the lock through the replica's own gate for `span`, as a proof of what a watch gets there. */
  watchLock?(replica: Replica, span: Millis, signal: AbortSignal): Promise<Watched>;
  /** Changes the election record on the channel that no fault touches; the record as it then stands. Needs `record`. */
  editRecord?(edit: RecordEdit, fault: string): Awaitable<LockRecord | undefined>;
  /** Deletes the election object on that channel; false when there was none. Needs `record`. */
  deleteRecord?(fault: string): Awaitable<boolean>;
  /** Asks for so many replicas, and returns how many were asked for before. Needs `scale`. */
  scale?(replicas: number): Awaitable<number>;
  /** Ends the replica's process with SIGKILL; resolves when the same pod has started another. Needs `restart`. */
  restart?(replica: Replica, signal: AbortSignal): Promise<Replica>;
  /** The API server of this trial goes away, and its connections with it. Needs `api`. */
  stopApi?(): Promise<Stopped>;
  /** Freezes etcd: the API server stands, and no write is committed. Needs `etcd`. */
  pauseEtcd?(): Promise<Stopped>;
  /**
   * No new pod comes to the node, and the trial's pods there are evicted with their grace; resolves when their processes
   * are gone. What it returns lets pods come again. Needs `nodes`.
   */
  drain?(node: string, signal: AbortSignal): Promise<(signal: AbortSignal) => Promise<void>>;
  /** Lays a rule upon the replica's packets, beside its gate; `fault` marks it. Needs `unplug`, to drop all, else `network`; a delay `netem`. */
  network?(replica: Replica, rule: PacketRule, fault: string, signal: AbortSignal): Promise<ActiveRule>;
  /** How long (ms) packets take from the replica's own network to its gate and back; undefined when none did. Needs what `network()` needs. */
  reach?(replica: Replica, timeout: Millis, signal: AbortSignal): Promise<Millis | undefined>;
  /** The node loses its power, and all processes on it end at once; `start` brings it back, and what ran there runs again. Needs `machines`. */
  stopNode?(node: string, signal: AbortSignal): Promise<Stopped>;
  /** Changes the pod template and waits until the rollout is complete, or `timeout` passed. */
  rollout(timeout: Millis, signal: AbortSignal): Promise<RolloutOutcome>;
  /** The same, to the pod template of the elector's successor; absent where it has none. */
  migrate?(timeout: Millis, signal: AbortSignal): Promise<RolloutOutcome>;
}
