import { clientGoProfile, type ElectorProfile } from "../../../harness/core/elector.ts";
import type {
  FaultEffect,
  History,
  HistoryEvent,
  HistoryHeader,
  LockRecord,
  Minimum,
  RolloutEvent,
  Verb,
} from "../../../harness/core/events.ts";
import { type Bounds, millis, seconds } from "../../../harness/core/time.ts";

export type Changes = {
  readonly elector?: Partial<ElectorProfile>;
  readonly minimum?: Partial<Minimum>;
  readonly scenario?: string;
};

/** A header with L 4 s, D 2 s, P 1 s: a margin of 1 s, a takeover bound of 8.4 s + 3δ. */
export const headerWith = ({ elector, minimum, scenario }: Changes = {}): HistoryHeader => ({
  format: "interregnum.history/1",
  harness: "test",
  scenario: scenario ?? "story",
  elector: {
    name: "story",
    lock: "Lease",
    observe: "stdout",
    timing: { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) },
    release: false,
    fencing: false,
    profile: clientGoProfile,
    knownLimits: {},
    ...elector,
  },
  cluster: "embedded",
  seed: 1,
  trial: 0,
  election: { kind: "Lease", namespace: "trial", name: "demo" },
  properties: [],
  minimum: { terms: 1, takeovers: 0, faults: 0, ...minimum },
});

/** How far an observation may lag behind the truth in a story, in ms. */
const LAG = 2;
const bounds = (at: number, lag = LAG): Bounds => ({ since: millis(at - lag), at: millis(at) });

/** A story's wall clock: RFC 3339 with microseconds. */
const stamp = (at: number): string => new Date(Math.floor(at)).toISOString().replace("Z", "000Z");

/** Tells a history in the words of the protocol; every time is in milliseconds. */
export class Story {
  readonly events: HistoryEvent[] = [];
  readonly header: HistoryHeader;
  #version = 100;
  #call = 0;
  #faults = 0;
  readonly #names = new Map<string, string>();
  #record: LockRecord | undefined;
  constructor(changes: Changes = {}) {
    this.header = headerWith(changes);
  }
  history(): History {
    return { header: this.header, events: this.events };
  }
  tell(...events: readonly HistoryEvent[]): this {
    this.events.push(...events);
    return this;
  }
  /** Has a replica write this identity instead of its own name. */
  named(replica: string, identity: string): this {
    this.#names.set(replica, identity);
    return this;
  }
  starts(replica: string, at: number, incarnation = 1): this {
    return this.tell({ type: "replica", at: millis(at), replica, incarnation, phase: "started", revision: "r1" });
  }
  terminates(replica: string, at: number, incarnation = 1): this {
    return this.tell({ type: "replica", at: millis(at), replica, incarnation, phase: "terminating", revision: "r1" });
  }
  exits(replica: string, at: number, code: number | null = 0, signal: string | null = null, incarnation = 1): this {
    const common = { type: "replica", replica, incarnation, phase: "exited", revision: "r1" } as const;
    return this.tell({ ...common, ...bounds(at), code, signal });
  }
  says(type: "claim" | "disclaim", replica: string, at: number, token?: number, incarnation = 1): this {
    const common = { type, ...bounds(at), replica, incarnation, source: "stdout" } as const;
    return this.tell(token === undefined ? common : { ...common, token });
  }
  claims(replica: string, at: number, token?: number, incarnation = 1): this {
    return this.says("claim", replica, at, token, incarnation);
  }
  disclaims(replica: string, at: number, incarnation = 1): this {
    return this.says("disclaim", replica, at, undefined, incarnation);
  }
  /** A call at the gate, forwarded 1 ms later, committed 1 ms after that where it is a write, answered `late` ms after. */
  calls(
    replica: string,
    at: number,
    verb: Verb,
    outcome: {
      record?: LockRecord | null;
      version?: string;
      precondition?: string;
      status?: number;
      late?: number;
      incarnation?: number;
      fault?: string;
    } = {},
  ): this {
    const { record, version, precondition, status = 200, late = 1, incarnation = 1, fault } = outcome;
    const call = (this.#call += 1);
    const who = { replica, incarnation, call };
    const committed = status < 400 && verb !== "get" ? { committed: bounds(at + 2, 1) } : {};
    return this.tell(
      {
        type: "invoke",
        at: millis(at),
        ...who,
        verb,
        resource: "leases",
        object: "demo",
        ...(precondition === undefined ? {} : { version: precondition }),
        ...(record ? { record } : {}),
      },
      {
        type: status < 400 ? "ok" : "fail",
        at: millis(at + 2 + late),
        ...who,
        status,
        ...committed,
        ...(fault === undefined ? {} : { fault }),
        ...(version === undefined ? {} : { version }),
        ...(record ? { record } : {}),
      },
    );
  }
  /**
   * A committed write that leaves the record naming the replica (or nobody), seen on the record's channel. It is
   * preconditioned on the version told before it, and is a create where none was; `changes` are made to what a correct
   * elector would write.
   */
  writes(
    replica: string,
    at: number,
    holder: string | null,
    verb: Verb = "update",
    late?: number,
    incarnation = 1,
    changes: Partial<LockRecord> & { readonly precondition?: null } = {},
  ): this {
    const { precondition: without, ...edits } = changes;
    const before = this.#record;
    const precondition = before === undefined || without === null ? undefined : String(this.#version);
    const version = String((this.#version += 1));
    const identity = holder === null ? null : holder === "" ? "" : (this.#names.get(holder) ?? holder);
    const now = stamp(at);
    const same = before !== undefined && (before.holder || "") === (identity ?? "");
    const record: LockRecord = {
      holder: identity,
      durationSeconds: 4,
      acquireTime: same ? before.acquireTime : now,
      renewTime: now,
      transitions: (before?.transitions ?? 0) + (before === undefined || same || !identity ? 0 : 1),
      ...edits,
    };
    this.#record = record;
    this.calls(replica, at, before === undefined && verb === "update" ? "create" : verb, {
      record,
      version,
      incarnation,
      ...(precondition === undefined ? {} : { precondition }),
      ...(late === undefined ? {} : { late }),
    });
    return this.tell({ type: "record", since: millis(at + 2), at: millis(at + 2), version, object: "demo", record });
  }
  renews(replica: string, from: number, to: number, incarnation = 1): this {
    for (let at = from; at <= to; at += 1000) this.writes(replica, at, replica, "update", undefined, incarnation);
    return this;
  }
  /** Acquires, claims and renews every second: committed at from − 8, claimed at `from`. */
  leads(replica: string, from: number, until: number, token?: number, incarnation = 1): this {
    this.writes(replica, from - 10, replica, "update", undefined, incarnation).claims(
      replica,
      from,
      token,
      incarnation,
    );
    return this.renews(replica, from + 990, until, incarnation);
  }
  acts(replica: string, from: number, to: number, token?: number, incarnation = 1): this {
    for (let at = from; at <= to; at += 100)
      this.tell({
        type: "act",
        ...bounds(at, 1),
        replica,
        incarnation,
        accepted: true,
        ...(token === undefined ? {} : { token }),
      });
    return this;
  }
  fault(fault: string, effect: FaultEffect, target: string, from: number, to?: number, landed = from + 10): this {
    const id = `f${(this.#faults += 1)}`;
    const common = { type: "fault", id, fault, effect, targets: [target] } as const;
    this.tell({ ...common, at: millis(from), phase: "inject" }, { ...common, at: millis(landed), phase: "landed" });
    return to === undefined ? this : this.tell({ ...common, at: millis(to), phase: "healed" });
  }
  /** A fault of the network between the replica and its gate. */
  packets(effect: FaultEffect, target: string, from: number, to: number): this {
    const id = `f${(this.#faults += 1)}`;
    const common = { type: "fault", id, fault: "packets", effect, network: true, targets: [target] } as const;
    for (const [phase, at] of [
      ["inject", from],
      ["landed", from + 10],
      ["healed", to],
    ] as const)
      this.tell({ ...common, at: millis(at), phase });
    return this;
  }
  unproven(fault: string, effect: FaultEffect, target: string, at: number): this {
    const id = `f${(this.#faults += 1)}`;
    const common = { type: "fault", id, fault, effect, targets: [target], at: millis(at) } as const;
    return this.tell({ ...common, phase: "inject" }, { ...common, phase: "unproven", detail: "no proof" });
  }
  /** The harness edits the record, or deletes it (holder undefined). */
  edits(at: number, holder?: string): this {
    const version = String((this.#version += 1));
    const record =
      holder === undefined ? null : { holder, durationSeconds: 4, acquireTime: null, renewTime: null, transitions: 1 };
    this.#record = record ?? undefined;
    return this.tell({ type: "record", ...bounds(at, 0), version, object: "demo", record, fault: "f-record" });
  }
  stalls(who: "harness" | string, from: number, to: number, ms = to - from): this {
    const whom = who === "harness" ? who : { replica: who, incarnation: 1 };
    return this.tell({ type: "stall", since: millis(from), at: millis(to), who: whom, ms });
  }
  gap(replica: string, from: number, to: number): this {
    return this.tell({
      type: "gap",
      since: millis(from),
      at: millis(to),
      replica,
      incarnation: 1,
      reason: "pipe closed",
    });
  }
  answers(replica: string, asked: number, leading: boolean, term?: number, names?: string): this {
    const common = {
      type: "answer",
      asked: millis(asked),
      at: millis(asked + 2),
      replica,
      incarnation: 1,
      leading,
      ...(names === undefined ? {} : { names }),
    } as const;
    return this.tell(term === undefined ? common : { ...common, term });
  }
  rolls(phase: RolloutEvent["phase"], at: number, detail?: string): this {
    return this.tell({ type: "rollout", at: millis(at), phase, from: "r1", to: "r2", ...(detail ? { detail } : {}) });
  }
  ends(at: number): this {
    return this.tell({ type: "end", at: millis(at), reason: "complete" });
  }
}
