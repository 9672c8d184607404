import type { ActiveDisturbance, Disturbance } from "../core/disturbance.ts";
import type { HistoryEvent, LockRecord, ReturnEvent, Verb } from "../core/events.ts";
import { faultOf, type Connection } from "../gate/connection.ts";
import { disturbancesOn, type Disturbances, type LiveWatch } from "../gate/disturbances.ts";
import type { Route } from "../gate/route.ts";
import { SimulatedConnection, type Call } from "./call.ts";
import { invokeOf, returnOf } from "./call-events.ts";
import type { SimulatedAnswer, SimulatedClient } from "./elector.ts";
import { readRecord, replaced, rewritten } from "./lease-body.ts";
import type { LeaseApi, Reply } from "./lease-table.ts";
import type { Polls } from "./observer.ts";
import type { SimulatedProcess } from "./process.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What the gates of one trial share. */
export type Network = {
  readonly clock: VirtualClock;
  readonly polls: Polls;
  readonly api: LeaseApi;
  readonly namespace: string;
  readonly object: string;
  /** Whether the API server is there; it is unless told. */
  reachable?(): boolean;
  /** One way through the network, in ms. */
  latency(): number;
  record(event: HistoryEvent): void;
};

const failed = (detail: string): SimulatedAnswer => ({ kind: "error", detail });
const LEFT = failed("aborted");

function answerTo({ status, stored }: Reply): SimulatedAnswer {
  if (status === 404) return { kind: "missing" };
  if (status === 409) return { kind: "conflict" };
  if (status >= 300 || stored === undefined) return failed(`status ${status}`);
  return { kind: "ok", record: readRecord(stored.record), version: stored.version };
}

/** The gate of one replica under virtual time: the disturbances of harness/gate, and its rules of a call's life. */
export class SimulatedGate {
  readonly #network: Network;
  readonly #live = new Set<Connection>();
  readonly #watches = new Set<LiveWatch & { readonly counted: boolean }>();
  readonly #disturbances: Disturbances = disturbancesOn(this.#live, () => [...this.#watches]);
  /** Connections of a process on which no call is under way. */
  readonly #idle = new Map<SimulatedProcess, SimulatedConnection[]>();
  readonly #routes = new Map<Verb, Route>();
  /** The replica's last call was a read. */
  #afterRead = false;
  #calls = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  clientOf(process: SimulatedProcess): SimulatedClient {
    this.#idle.set(process, []);
    return {
      get: (signal) => this.#send(process, "get", undefined, undefined, signal),
      create: (record, signal) => this.#send(process, "create", record, undefined, signal),
      update: (record, version, signal) =>
        this.#send(process, version === undefined ? "patch" : "update", record, version, signal),
    };
  }

  /** One question of the harness's own on a connection of its own, disturbed like any other and not recorded: its status. */
  async ask(signal: AbortSignal): Promise<{ readonly status?: number; readonly error?: string }> {
    let status: number | undefined;
    const answer = await this.#send(undefined, "get", undefined, undefined, signal, (reply) => (status = reply.status));
    if (status !== undefined) return { status };
    return { error: answer.kind === "error" ? answer.detail : answer.kind };
  }

  disturb(disturbance: Disturbance, fault: string): ActiveDisturbance {
    const active = this.#disturbances.add(disturbance, fault);
    const lift = (): void => {
      active.lift();
      this.#network.clock.wake();
    };
    return { ...active, lift };
  }

  /** Opens a connection that carries a watch: `watch` is told what the gate does to it, `broken` that it was cut. */
  watch(watch: Omit<LiveWatch, "route">, broken: () => void): Disposable & { readonly silent: () => boolean } {
    const connection = new SimulatedConnection((own) => {
      this.#live.delete(own);
      broken();
    });
    this.#live.add(connection);
    const own = { ...watch, route: this.#routeOf("watch"), counted: false };
    if (this.#disturbances.admit(connection)) {
      this.#watches.add(own);
      this.#disturbances.watch(own, false);
    }
    return {
      silent: () => faultOf(connection) !== undefined,
      [Symbol.dispose]: () => {
        this.#live.delete(connection);
        this.#watches.delete(own);
      },
    };
  }

  /** The process has ended, and its connections with it. */
  closed(process: SimulatedProcess): void {
    this.#idle.delete(process);
    for (const connection of this.#live) {
      const { call } = connection as SimulatedConnection;
      if (call?.process === process) this.#left(call);
    }
  }

  /** The pod is gone, and its gate with it: whatever is not known by now stays unknown. */
  close(): void {
    for (const connection of this.#live) {
      const { call } = connection as SimulatedConnection;
      if (call !== undefined) this.#drop(call);
    }
  }

  #routeOf(verb: Verb): Route {
    const known = this.#routes.get(verb);
    if (known !== undefined) return known;
    const { namespace, object } = this.#network;
    const route = { verb, resource: "leases", namespace, object, dry: false };
    this.#routes.set(verb, route);
    return route;
  }

  #connect(process: SimulatedProcess | undefined): SimulatedConnection {
    const idle = process && this.#idle.get(process)?.pop();
    return idle ?? new SimulatedConnection((connection) => this.#broken(connection));
  }

  #send(
    process: SimulatedProcess | undefined,
    verb: Verb,
    body: LockRecord | undefined,
    version: string | undefined,
    signal: AbortSignal,
    handed?: (reply: Reply) => void,
  ): Promise<SimulatedAnswer> {
    if (signal.aborted) return Promise.resolve(LEFT);
    return new Promise((resolve) => {
      const abort = (): void => {
        this.#left(call);
        resolve(LEFT);
      };
      const waiting = this.#network.clock.whenAborted(signal, abort, process);
      const call: Call = {
        connection: this.#connect(process),
        process,
        verb,
        body,
        version,
        finish(answer) {
          if (handed && call.ended && call.reply) handed(call.reply);
          waiting.act = undefined;
          resolve(answer);
        },
        number: 0,
        plan: undefined,
        reply: undefined,
        committed: undefined,
        forwarded: false,
        gone: false,
        ended: false,
        swallowed: false,
      };
      call.connection.call = call;
      this.#later(this.#network.latency(), () => this.#arrive(call));
    });
  }

  /** After so long, or when the harness, which the gate lives in, no longer stands still. */
  #later(ms: number, act: () => void): void {
    const { clock, polls } = this.#network;
    clock.at(polls.awake(clock.now() + ms), act);
  }

  /** Waits on one side of the API as planned, each wait at most until it is lifted, then acts. */
  #wait(call: Call, side: "before" | "after", act: () => void, from = 0): void {
    const waits = call.plan?.waits ?? [];
    for (let index = from; index < waits.length; index += 1) {
      const wait = waits[index]!;
      if (side === "after" && wait.begins?.(call.reply?.status ?? 0) === false) continue;
      if (wait[side] <= 0 || wait.lifted.aborted) continue;
      const { clock, polls } = this.#network;
      const go = (): void => {
        waiting.act = undefined;
        clock.cancel(timer);
        this.#wait(call, side, act, index + 1);
      };
      const timer = clock.at(polls.awake(clock.now() + wait[side]), go);
      const waiting = clock.whenAborted(wait.lifted, go);
      return;
    }
    act();
  }

  #arrive(call: Call): void {
    const { connection } = call;
    if (!connection.known) {
      // A client that has gone before its connection came about leaves none.
      if (call.gone) return;
      connection.known = true;
      this.#live.add(connection);
      if (!this.#disturbances.admit(connection)) return;
    }
    if (call.ended || connection.frozen !== undefined || connection.deaf !== undefined || connection.gone) return;
    const { process, verb } = call;
    const facts = { counted: process !== undefined, afterRead: this.#afterRead };
    const plan = this.#disturbances.plan(
      this.#routeOf(verb),
      call.body === undefined ? facts : { ...facts, record: call.body },
    );
    call.plan = plan;
    if (plan?.request && call.body) call.body = rewritten(call.body, plan.request);
    if (process !== undefined) {
      this.#afterRead = call.body === undefined;
      call.number = this.#calls += 1;
      const { clock, record, object } = this.#network;
      record(invokeOf(call, process.who, object, clock.now()));
    }
    if (plan === undefined) this.#forward(call);
    else if (call.gone) this.#drop(call);
    else this.#wait(call, "before", () => this.#forward(call));
  }

  #stuck({ ended, connection }: Call): boolean {
    return ended || connection.frozen !== undefined || connection.cut !== undefined || connection.gone;
  }

  #forward(call: Call): void {
    if (this.#stuck(call)) return;
    const { clock, api } = this.#network;
    const { verb, body, version } = call;
    if (call.plan?.answer !== undefined) call.reply = { status: call.plan.answer.status };
    else if (this.#network.reachable?.() === false) return call.connection.reset();
    else {
      const reply = body === undefined ? api.get() : verb === "create" ? api.create(body) : api.update(body, version);
      call.reply = reply;
      call.forwarded = true;
      // What can be known: the write is in force somewhere between its being forwarded and its being answered.
      if (body !== undefined && reply.status < 300) call.committed = { since: clock.now(), at: clock.now() };
    }
    if (call.gone) return this.#drop(call);
    this.#later(this.#network.latency(), () => {
      if (call.plan === undefined) this.#deliver(call);
      else this.#wait(call, "after", () => this.#deliver(call));
    });
  }

  #deliver(call: Call): void {
    if (this.#stuck(call)) return;
    const { connection, plan } = call;
    if (connection.mute !== undefined) {
      if (!call.swallowed && call.process !== undefined) connection.mute.swallowed();
      call.swallowed = true;
      return;
    }
    if (plan?.lose) return connection.reset();
    if (plan?.reply && call.forwarded) call.reply = replaced(call.reply!, plan.reply);
    const { status } = call.reply!;
    this.#end(call, status < 400 ? "ok" : "fail", status);
    connection.call = undefined;
    if (call.process === undefined) this.#live.delete(connection);
    else this.#idle.get(call.process)?.push(connection);
    this.#answer(call, answerTo(call.reply!));
  }

  #answer(call: Call, answer: SimulatedAnswer): void {
    const hear = (): void => {
      if (!call.gone) call.finish(answer);
    };
    if (call.process !== undefined) return call.process.deliver(hear);
    hear();
    this.#network.clock.wake();
  }

  /** The connection breaks: its client hears it, and cannot know what became of its call. */
  #broken(connection: SimulatedConnection): void {
    connection.gone = true;
    this.#live.delete(connection);
    const { call } = connection;
    if (call === undefined) return this.#forget(connection);
    this.#end(call, "info", 0);
    this.#answer(call, failed("connection reset"));
  }

  #forget(connection: SimulatedConnection): void {
    for (const idle of this.#idle.values()) {
      const index = idle.indexOf(connection);
      if (index !== -1) idle.splice(index, 1);
    }
  }

  /** The client is gone. What had been sent arrives all the same; a gate that reads no more does not learn of it. */
  #left(call: Call): void {
    const { connection } = call;
    call.gone = true;
    if (!connection.known || connection.frozen !== undefined || connection.deaf !== undefined) return;
    // Sent on a living connection and not yet there: it arrives, and is served to nobody.
    if (call.number === 0 && call.process !== undefined) return;
    this.#drop(call);
  }

  /** Ends a call that nobody waits for any more, and its connection. */
  #drop(call: Call): void {
    this.#end(call, "info", 0);
    call.connection.gone = true;
    this.#live.delete(call.connection);
  }

  #end(call: Call, type: ReturnEvent["type"], status: number): void {
    if (call.ended) return;
    call.ended = true;
    if (call.number === 0) return; // it never arrived, or was the harness's
    const { clock, record } = this.#network;
    record(returnOf(call, call.process!.who, type, status, clock.now()));
  }
}
