import type { Disturbance } from "../core/disturbance.ts";
import type { HistoryEvent, ReturnEvent, Verb } from "../core/events.ts";
import { type Bounds, type Millis } from "../core/time.ts";
import { Disturbed, type CallPlan } from "./disturbances.ts";
import type { SimulatedAnswer, SimulatedClient, SimulatedRecord } from "./elector.ts";
import type { LeaseApi, Reply } from "./lease-table.ts";
import type { Polls } from "./observer.ts";
import { onAbort } from "./on-abort.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Timer, VirtualClock } from "./virtual-clock.ts";

/** What the gates of one trial share. */
export type Network = {
  readonly clock: VirtualClock;
  readonly polls: Polls;
  readonly api: LeaseApi;
  readonly object: string;
  /** One way through the network, in ms. */
  latency(): number;
  record(event: HistoryEvent): void;
};

/** A call on its way. Its client may have left it; its connection may be frozen. */
type Call = {
  readonly process: SimulatedProcess;
  readonly verb: Verb;
  readonly body: SimulatedRecord | undefined;
  readonly version: string | undefined;
  finish(answer: SimulatedAnswer): void;
  number: number;
  plan: CallPlan | undefined;
  reply: Reply | undefined;
  committed: Bounds | undefined;
  gone: boolean;
  ended: boolean;
  timer: Timer | undefined;
};

const failed = (detail: string): SimulatedAnswer => ({ kind: "error", detail });

function answerTo({ status, stored }: Reply): SimulatedAnswer {
  if (status === 404) return { kind: "missing" };
  if (status === 409) return { kind: "conflict" };
  if (status >= 300 || stored === undefined) return failed(`status ${status}`);
  return { kind: "ok", record: stored.record, version: stored.version };
}

/** The gate of one replica under virtual time: disturbs and records calls by the rules of harness/gate. */
export class SimulatedGate {
  readonly #network: Network;
  readonly #disturbed = new Disturbed();
  /** Calls that have arrived and not ended. */
  readonly #open = new Set<Call>();
  /** Those whose connection is frozen: by a blackhole's fault. */
  readonly #frozen = new Map<Call, string>();
  #calls = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  clientOf(process: SimulatedProcess): SimulatedClient {
    return {
      get: (signal) => this.#send(process, "get", undefined, undefined, signal),
      create: (record, signal) => this.#send(process, "create", record, undefined, signal),
      update: (record, version, signal) =>
        this.#send(process, version === undefined ? "patch" : "update", record, version, signal),
    };
  }

  /** Puts a disturbance into force; the returned function lifts it. `hit` is told of each call it touches. */
  disturb(disturbance: Disturbance, fault: string, hit: () => void): () => void {
    const remove = this.#disturbed.add(disturbance, fault, hit);
    if (disturbance.kind === "blackhole" || disturbance.kind === "refuse")
      for (const call of this.#open) {
        if (this.#frozen.has(call)) continue;
        hit();
        if (disturbance.kind === "blackhole") this.#frozen.set(call, fault);
        else this.#reset(call, fault);
      }
    return () => {
      remove();
      this.#lifted(disturbance);
    };
  }

  /** The process has ended, and its connections with it. */
  closed(process: SimulatedProcess): void {
    for (const call of this.#open) if (call.process === process) this.#left(call);
  }

  #lifted({ kind }: Disturbance): void {
    if (kind === "blackhole" && this.#disturbed.path()?.kind !== "blackhole")
      for (const [call, fault] of this.#frozen) this.#reset(call, fault);
    if (kind === "latency")
      for (const call of this.#open)
        if (call.plan && call.timer?.act && !this.#frozen.has(call)) {
          const { act } = call.timer; // held calls go at once
          this.#network.clock.cancel(call.timer);
          call.timer = this.#network.clock.after(0, act);
        }
  }

  #send(
    process: SimulatedProcess,
    verb: Verb,
    body: SimulatedRecord | undefined,
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<SimulatedAnswer> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(failed("aborted"));
      const off = onAbort(signal, () => {
        this.#left(call);
        resolve(failed("aborted"));
      });
      const finish = (answer: SimulatedAnswer): void => {
        off();
        resolve(answer);
      };
      const call: Call = {
        process,
        verb,
        body,
        version,
        finish,
        number: 0,
        plan: undefined,
        reply: undefined,
        committed: undefined,
        gone: false,
        ended: false,
        timer: undefined,
      };
      this.#later(call, this.#network.latency(), () => this.#arrive(call));
    });
  }

  /** After so long, or when the harness, which the gate lives in, no longer stands still. */
  #later(call: Call, ms: number, act: () => void): void {
    const { clock, polls } = this.#network;
    call.timer = clock.at(polls.awake(clock.now() + ms), act);
  }

  #arrive(call: Call): void {
    const { clock, record, object } = this.#network;
    const path = this.#disturbed.path();
    if (path) {
      path.hit(); // as good as never arrived: it is not recorded
      if (path.kind === "refuse") return this.#answer(call, failed("connection refused"));
      this.#open.add(call);
      return void this.#frozen.set(call, path.fault);
    }
    this.#open.add(call);
    call.number = this.#calls += 1;
    const { verb, body, version } = call;
    const { replica, incarnation } = call.process.who;
    const at = clock.now();
    const resource = "leases";
    const number = call.number;
    // Written out: spreading optional fields in is what a simulation would spend its time on.
    if (body === undefined) record({ type: "invoke", at, replica, incarnation, call: number, verb, resource, object });
    else if (version === undefined)
      record({ type: "invoke", at, replica, incarnation, call: number, verb, resource, object, record: body });
    else
      record({ type: "invoke", at, replica, incarnation, call: number, verb, resource, object, version, record: body });
    call.plan = this.#disturbed.plan(verb, object);
    if (call.plan && call.plan.before > 0 && call.gone) this.#end(call, "info", 0);
    else if (call.plan && call.plan.before > 0) this.#later(call, call.plan.before, () => this.#forward(call));
    else this.#forward(call);
  }

  #forward(call: Call): void {
    if (call.ended || this.#frozen.has(call)) return;
    const { clock, api } = this.#network;
    if (call.plan?.status === undefined) {
      const { verb, body, version } = call;
      // What can be known: the write is in force somewhere between its being forwarded and its being answered.
      call.committed = body && { since: clock.now(), at: clock.now() };
      call.reply = body === undefined ? api.get() : verb === "create" ? api.create(body) : api.update(body, version);
      if (call.reply.status >= 300) call.committed = undefined;
    } else call.reply = { status: call.plan.status };
    if (call.gone) return this.#end(call, "info", 0);
    this.#later(call, this.#network.latency() + (call.plan?.after ?? 0), () => this.#deliver(call));
  }

  #deliver(call: Call): void {
    if (call.ended || this.#frozen.has(call)) return;
    if (call.plan?.lose) return this.#reset(call, call.plan.fault);
    const { status } = call.reply!;
    this.#end(call, status < 400 ? "ok" : "fail", status);
    this.#answer(call, answerTo(call.reply!));
  }

  #answer(call: Call, answer: SimulatedAnswer): void {
    call.process.deliver(() => {
      if (!call.gone) call.finish(answer);
    });
  }

  /** The connection breaks: the client hears it, and cannot know what became of its call. */
  #reset(call: Call, fault: string | undefined): void {
    this.#end(call, "info", 0, fault);
    this.#answer(call, failed("connection reset"));
  }

  /** The client is gone. What had been sent arrives all the same; what the gate still held is not forwarded. */
  #left(call: Call): void {
    call.gone = true;
    if (this.#open.has(call) && !this.#frozen.has(call)) this.#end(call, "info", 0);
  }

  #end(call: Call, type: ReturnEvent["type"], status: number, broken?: string): void {
    if (call.ended) return;
    call.ended = true;
    this.#open.delete(call);
    this.#frozen.delete(call);
    if (call.number === 0) return; // it never arrived
    const fault = broken ?? call.plan?.fault;
    const { replica, incarnation } = call.process.who;
    const at: Millis = this.#network.clock.now();
    const { number, committed } = call;
    const stored = call.reply?.stored;
    const { record } = this.#network;
    if (stored === undefined || fault !== undefined)
      record({
        type,
        at,
        replica,
        incarnation,
        call: number,
        status,
        ...(committed === undefined ? {} : { committed }),
        ...(stored === undefined ? {} : stored),
        ...(fault === undefined ? {} : { fault }),
      });
    else {
      const { version, record: seen } = stored;
      if (committed === undefined)
        record({ type, at, replica, incarnation, call: number, status, version, record: seen });
      else record({ type, at, replica, incarnation, call: number, status, committed, version, record: seen });
    }
  }
}
