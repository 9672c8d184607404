import { realTime } from "../../../harness/clusters/real-time.ts";
import type {
  ActiveRule,
  Cluster,
  PacketRule,
  RecordEdit,
  Replica,
  RolloutOutcome,
  Stopped,
  Watched,
} from "../../../harness/core/cluster.ts";
import type { ActiveDisturbance, CallMatch, Disturbance } from "../../../harness/core/disturbance.ts";
import { incarnationKey, type LockRecord, type Verb } from "../../../harness/core/events.ts";
import { millis, type Millis } from "../../../harness/core/time.ts";

type Ask = { readonly status?: number; readonly error?: string };
type Applied = ActiveDisturbance & { readonly disturbance: Disturbance; touch(): boolean };

/** What the cluster pretends to do but does not: a fault must notice it. */
export type Sabotage =
  | "pause"
  | "kill"
  | "disturb"
  | "wakes"
  | "leaks"
  | "heal"
  | "record"
  | "scale"
  | "api"
  | "nodes"
  | "network"
  | "machines";

/** A small cluster that lives in memory: replicas that can be stopped and ended, gates that really hold calls back. */
export class MemoryCluster implements Cluster {
  readonly capabilities = new Set([
    "signals",
    "gate",
    "record",
    "scale",
    "restart",
    "api",
    "etcd",
    "nodes",
    "unplug",
    "network",
    "netem",
    "machines",
  ] as const);
  readonly time = realTime();
  readonly timing = { leaseDuration: millis(4000), renewDeadline: millis(2000), retryPeriod: millis(1000) };
  record: LockRecord | undefined = {
    holder: "demo-1",
    durationSeconds: 4,
    acquireTime: null,
    renewTime: null,
    transitions: 0,
  };
  apiUp = true;
  readonly cordoned = new Set<string>();
  readonly stopped = new Set<string>();
  /** Packet rules in force, with the replica whose network they are laid in. */
  readonly rules = new Set<{ readonly replica: string; readonly rule: PacketRule; touched: number }>();
  leading: string | undefined;
  readonly frozen = new Set<string>();
  readonly sabotage: ReadonlySet<Sabotage>;
  /** Committed calls, `replica verb resource` each. */
  readonly committed: string[] = [];
  readonly #replicas: Replica[] = [];
  readonly #gates = new Map<string, Set<Applied>>();
  #made = 0;

  constructor(size: number, ...sabotage: readonly Sabotage[]) {
    for (let i = 0; i < size; i += 1) this.#start();
    this.leading = this.#replicas[0]?.replica;
    this.sabotage = new Set(sabotage);
  }

  replicas(): readonly Replica[] {
    return [...this.#replicas];
  }
  leader(): Replica | undefined {
    return this.#replicas.find((replica) => replica.replica === this.leading);
  }
  async pause(replica: Replica, signal: AbortSignal): Promise<void> {
    this.#existing(replica);
    if (!this.sabotage.has("pause")) this.frozen.add(incarnationKey(replica));
    await turn();
    signal.throwIfAborted();
    if (this.sabotage.has("wakes")) this.frozen.delete(incarnationKey(replica));
  }
  paused(replica: Replica): boolean {
    return this.frozen.has(incarnationKey(replica));
  }
  async resume(replica: Replica, signal: AbortSignal): Promise<void> {
    await turn();
    signal.throwIfAborted();
    this.#existing(replica);
    this.frozen.delete(incarnationKey(replica));
  }
  async kill(replica: Replica, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const index = this.#replicas.indexOf(this.#existing(replica));
    if (this.sabotage.has("kill")) return;
    this.#replicas.splice(index, 1);
    if (this.leading === replica.replica) this.leading = undefined;
    this.#start();
  }
  async evict(replica: Replica, signal: AbortSignal): Promise<void> {
    await turn();
    await this.kill(replica, signal);
  }
  disturb(replica: Replica, disturbance: Disturbance, fault: string): ActiveDisturbance {
    if (fault === "") throw new Error("a disturbance without a fault");
    const applied = apply(disturbance, () => {
      if (!this.sabotage.has("heal")) this.#gate(replica).delete(applied);
    });
    if (!this.sabotage.has("disturb")) this.#gate(replica).add(applied);
    return applied;
  }
  async ask(replica: Replica, timeout: Millis, signal: AbortSignal): Promise<Ask> {
    return this.call(replica, "get", "version", timeout, signal);
  }
  async watchLock(replica: Replica): Promise<Watched> {
    await turn();
    const watches = [...this.#gate(replica)].filter(({ disturbance }) => disturbance.kind === "watches");
    for (const applied of watches) {
      applied.touch();
      if (this.sabotage.has("leaks") || applied.disturbance.kind !== "watches") continue;
      return { events: 0, cut: applied.disturbance.act === "drop" };
    }
    return { events: 1, cut: false };
  }
  editRecord(edit: RecordEdit): LockRecord | undefined {
    if (this.record === undefined) throw new Error("there is no election record to edit");
    if (!this.sabotage.has("record")) this.record = { ...this.record, ...edit };
    return this.record;
  }
  deleteRecord(): boolean {
    const deleted = this.record !== undefined && !this.sabotage.has("record");
    this.record = undefined;
    return deleted;
  }
  scale(count: number): number {
    const before = this.#replicas.length;
    if (this.sabotage.has("scale")) return before;
    while (this.#replicas.length > count) this.#replicas.pop();
    while (this.#replicas.length < count) this.#start();
    return before;
  }
  async restart(replica: Replica, signal: AbortSignal): Promise<Replica> {
    await turn();
    signal.throwIfAborted();
    const index = this.#replicas.indexOf(this.#existing(replica));
    if (this.sabotage.has("kill")) return replica;
    return (this.#replicas[index] = { ...replica, incarnation: replica.incarnation + 1 });
  }
  async stopApi(): Promise<Stopped> {
    this.apiUp = this.sabotage.has("api");
    return { words: "the API is down", start: async () => void (this.apiUp = true) };
  }
  pauseEtcd(): Promise<Stopped> {
    return this.stopApi();
  }
  async drain(node: string, signal: AbortSignal): Promise<() => Promise<void>> {
    this.cordoned.add(node);
    const there = this.#replicas.filter((replica) => replica.node === node);
    for (const replica of there) await this.evict(replica, signal);
    return async () => void this.cordoned.delete(node);
  }
  async network(replica: Replica, rule: PacketRule, fault: string): Promise<ActiveRule> {
    if (fault === "") throw new Error("a rule without a fault");
    this.#existing(replica);
    const laid = { replica: replica.replica, rule, touched: 0 };
    if (!this.sabotage.has("network")) this.rules.add(laid);
    return {
      since: this.time.now(),
      reach: (timeout, signal) => this.#packet(replica, timeout, signal),
      touched: async () => laid.touched,
      lift: async () => void (this.sabotage.has("heal") || this.rules.delete(laid)),
    };
  }
  /** A question from the replica's own network; half of the packets of a lossy one are lost, one after another. */
  async reach(replica: Replica, timeout: Millis, signal: AbortSignal): Promise<Millis | undefined> {
    this.#existing(replica);
    return this.#packet(replica, timeout, signal);
  }
  async #packet(replica: Replica, timeout: Millis, signal: AbortSignal): Promise<Millis | undefined> {
    await turn();
    signal.throwIfAborted();
    let took = 1;
    for (const laid of this.rules) {
      if (laid.replica !== replica.replica) continue;
      laid.touched += 1;
      if (this.sabotage.has("leaks")) continue;
      if (laid.rule.kind === "drop") return undefined;
      if (laid.rule.kind === "delay") took += laid.rule.by;
    }
    return took > timeout ? undefined : millis(took);
  }
  async stopNode(node: string): Promise<Stopped> {
    if (this.sabotage.has("machines")) return { words: `${node} is said to be gone`, start: async () => {} };
    this.stopped.add(node);
    const there = this.#replicas.filter((replica) => replica.node === node);
    for (const replica of there) this.#replicas.splice(this.#replicas.indexOf(replica), 1);
    return {
      words: `${node} is gone`,
      start: async () => {
        this.stopped.delete(node);
        for (const replica of there) this.#replicas.push({ ...replica, incarnation: replica.incarnation + 1 });
      },
    };
  }
  async rollout(): Promise<RolloutOutcome> {
    throw new Error("this cluster rolls nothing out");
  }

  /** One call of a replica through its gate: its status, or that nothing came. */
  async call(replica: Replica, verb: Verb, resource: string, timeout: Millis, signal: AbortSignal): Promise<Ask> {
    await turn();
    signal.throwIfAborted();
    if (!this.#replicas.some((other) => other.replica === replica.replica)) return { error: "no such gate" };
    if (!this.apiUp) return { error: "connection refused" };
    let lost = false;
    for (const applied of this.#gate(replica)) {
      const { disturbance } = applied;
      if (disturbance.kind === "watches") continue;
      if ("match" in disturbance && !matches(disturbance.match, verb, resource)) continue;
      if (!applied.touch() || this.sabotage.has("leaks")) continue;
      if (disturbance.kind === "blackhole") return { error: `no answer within ${timeout} ms` };
      if (disturbance.kind === "refuse") return { error: "connection reset" };
      if (disturbance.kind === "status") return { status: disturbance.status };
      if (disturbance.kind === "latency" && disturbance.before + disturbance.after > timeout)
        return { error: `no answer within ${timeout} ms` };
      if (disturbance.kind === "lose-reply") lost = true;
    }
    this.committed.push(`${replica.replica} ${verb} ${resource}`);
    return lost ? { error: "connection cut" } : { status: 200 };
  }
  /** How many disturbances are in force anywhere. */
  disturbances(): number {
    return [...this.#gates.values()].reduce((sum, gate) => sum + gate.size, 0);
  }

  #start(): void {
    this.#made += 1;
    const replica = { replica: `demo-${this.#made}`, incarnation: 1, revision: "r1", startedAt: millis(this.#made) };
    const node = ["n1", "n2", "n3"].find((name) => !this.cordoned.has(name) || this.sabotage.has("nodes"))!;
    this.#replicas.push({ ...replica, node, phase: "running" });
  }
  #existing(replica: Replica): Replica {
    const found = this.#replicas.find((other) => incarnationKey(other) === incarnationKey(replica));
    if (found === undefined) throw new Error(`${replica.replica} is gone`);
    return found;
  }
  #gate(replica: Replica): Set<Applied> {
    const gate = this.#gates.get(replica.replica) ?? new Set();
    this.#gates.set(replica.replica, gate);
    return gate;
  }
}

const turn = (): Promise<void> => new Promise((next) => setImmediate(next));

const matches = (match: CallMatch, verb: Verb, resource: string): boolean =>
  (match.verbs?.includes(verb) ?? true) && (match.resources?.includes(resource) ?? true);

function apply(disturbance: Disturbance, lift: () => void): Applied {
  let hits = 0;
  const first = Promise.withResolvers<void>();
  const times = "times" in disturbance ? (disturbance.times ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return {
    disturbance,
    touch() {
      if (hits >= times) return false;
      hits += 1;
      first.resolve();
      return true;
    },
    hits: () => hits,
    hit: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        void first.promise.then(resolve);
      }),
    lift,
  };
}
