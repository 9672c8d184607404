import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Incarnation, Recorder } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import { BODY_LIMIT, hasBody, readBody } from "./body.ts";
import { faultOf, type Connection } from "./connection.ts";
import type { Disturbances, LiveWatch } from "./disturbances.ts";
import { answerHeaders, ASK_HEADER, forwardHeaders } from "./headers.ts";
import { committedIn, seenIn, type Head } from "./known.ts";
import { concernsLock, readWrite, type LockObject, type Sighting } from "./lock-object.ts";
import type { Answer, Plan } from "./plan.ts";
import { recordCall, type Ending } from "./record.ts";
import { frameChanger } from "../wire/frames.ts";
import { beginStream, cutOff, handedStatus, sendWhole, whenDelivered } from "./reply.ts";
import { isWrite, routeOf, type Route } from "./route.ts";
import { statusBody } from "./status-body.ts";
import type { Upstream } from "./upstream.ts";
import { pauseFor } from "./wait.ts";

/** What all calls of one gate share. */
export type Surroundings = {
  readonly upstream: Upstream;
  readonly token: string | undefined;
  readonly disturbances: Disturbances;
  readonly lock: LockObject;
  readonly recorder: Recorder;
  readonly who: () => Incarnation;
  /** Calls under way; each takes itself out when it has ended. */
  readonly open: Set<Exchange>;
  nextCall(): number;
  /** Whether the replica's last call of the lock was a read. */
  readonly last: { read: boolean };
};

/** One API call on its way through the gate: from its request's arrival to the end that is recorded of it. */
export class Exchange implements Dispatcher.DispatchHandler, LiveWatch {
  readonly #gate: Surroundings;
  readonly #connection: Connection;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #route: Route;
  readonly #ofLock: boolean;
  /** Ends the waits of a disturbed call when the call ends. */
  #over: AbortController | undefined;
  #record: ((ending: Ending) => void) | undefined;
  #plan: Plan | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #forwarded: Millis | undefined;
  #head: Head | undefined;
  /** The answer as far as it has been kept; undefined once it is streamed. */
  #kept: Buffer[] | undefined = [];
  #keptSize = 0;
  #answered = false;
  #gone = false;
  #lost = false;
  #swallowed = false;
  /** A fault holds the watch's events back. */
  #paused = false;
  #watchFault: string | undefined;
  #changer: ReturnType<typeof frameChanger> | undefined;
  #ended = false;

  constructor(gate: Surroundings, request: IncomingMessage, response: ServerResponse, connection: Connection) {
    this.#gate = gate;
    this.#connection = connection;
    this.#request = request;
    this.#response = response;
    this.#route = routeOf(request.method ?? "GET", request.url ?? "/");
    this.#ofLock = concernsLock(this.#route, gate.lock);
    gate.open.add(this);
    response.sendDate = false;
    response.once("close", () => this.#onClose());
    response.on("error", () => {}); // the client's end of the call: seen as its close
    request.on("error", () => {});
    if (hasBody(request)) readBody(request, (body) => this.#arrived(body));
    else this.#arrived(null);
  }

  /** The gate closes: whatever is not known by now stays unknown. */
  abandon(): void {
    this.#end({ type: "info", status: handedStatus(this.#response) });
  }

  /** Nothing may pass any more: the call is over, or the path to its client is gone, frozen or cut. */
  #stuck(): boolean {
    if (this.#ended || this.#gone || this.#lost) return true;
    return this.#connection.frozen !== undefined || this.#connection.cut !== undefined;
  }

  /** Nothing may go out any more; an answer that could have is told to the fault that swallows it, once. */
  #silenced(): boolean {
    if (this.#stuck()) return true;
    const { mute } = this.#connection;
    if (mute === undefined) return false;
    if (!this.#swallowed && this.#record !== undefined) mute.swallowed();
    this.#swallowed = true;
    return true;
  }

  #arrived(body: Buffer | Readable | null): void {
    if (this.#stuck() || this.#connection.deaf !== undefined) return; // as good as never arrived: what was not recorded will not be forwarded
    const { lock, recorder, disturbances, who } = this.#gate;
    const type = this.#request.headers["content-type"];
    const sight = (sent: typeof body): Sighting =>
      this.#ofLock && isWrite(this.#route) && Buffer.isBuffer(sent) ? readWrite(this.#route, lock, type, sent) : {};
    const sighting = sight(body);
    if (this.#route.object === "" && this.#route.verb === "create" && sighting.object !== undefined)
      this.#route = { ...this.#route, object: sighting.object };
    const { counted } = this;
    const facts = { counted, afterRead: this.#gate.last.read, ...(sighting.record ? { record: sighting.record } : {}) };
    const plan = (this.#plan = disturbances.plan(this.#route, facts));
    if (counted && this.#ofLock) this.#gate.last.read = !isWrite(this.#route);
    const rewrite = Buffer.isBuffer(body) ? plan?.request : undefined;
    const sent = rewrite === undefined ? body : rewrite(type, body as Buffer);
    const seen = rewrite === undefined ? sighting : sight(sent);
    if (counted) this.#record = recordCall(recorder, who(), this.#gate.nextCall(), this.#route, lock.namespace, seen);
    if (plan === undefined) this.#forward(sent);
    else {
      this.#over = new AbortController();
      void this.#proceed(plan, sent);
    }
  }

  async #proceed(plan: Plan, body: Buffer | Readable | null): Promise<void> {
    await this.#wait("before");
    if (this.#stuck()) return;
    if (plan.answer === undefined) return this.#forward(body);
    if (body !== null && !Buffer.isBuffer(body)) body.resume();
    await this.#wait("after");
    if (!this.#silenced()) this.#answer(plan.answer);
  }

  async #wait(side: "before" | "after"): Promise<void> {
    if (this.#plan === undefined || this.#over === undefined) return;
    for (const wait of this.#plan.waits) {
      if (side === "after" && wait.begins?.(this.#head?.status ?? 0) === false) continue;
      await pauseFor(wait[side], wait.lifted, this.#over.signal);
    }
  }

  #answer({ status, retryAfterSeconds = status === 429 ? 1 : undefined }: Answer): void {
    const body = statusBody(status, this.#route, retryAfterSeconds);
    const headers: OutgoingHttpHeaders = { "content-type": "application/json", "content-length": String(body.length) };
    if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
    this.#send(status, headers, body);
  }

  #forward(body: Buffer | Readable | null): void {
    const { method = "GET", url = "/", rawHeaders, headers } = this.#request;
    const passed = forwardHeaders(rawHeaders, headers, this.#gate.token);
    const length = headers["content-length"];
    if (body !== null && !Buffer.isBuffer(body) && length !== undefined) passed.push("content-length", length);
    this.#gate.upstream.forward({ method, path: url, headers: passed, body }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stuck()) controller.abort(new Error("the call ended before it was sent"));
    else this.#forwarded = this.#gate.recorder.now();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#head = { status, headers, at: this.#gate.recorder.now() };
    const watching = this.#route.verb === "watch";
    if (watching && headers["content-encoding"] === undefined) this.#changer = frameChanger(headers["content-type"]);
    if (!watching && (this.#ofLock || this.#plan !== undefined)) return; // kept whole: to be read, delayed or lost
    void this.#stream(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#kept === undefined) {
      if (this.#silenced()) return;
      const shown = this.#changer?.(chunk, this.#gate.disturbances.show(this.#route, this.counted)) ?? chunk;
      if (shown.length > 0 && !this.#response.write(shown)) this.#throttle(controller);
      return;
    }
    this.#kept.push(chunk);
    this.#keptSize += chunk.length;
    if (this.#keptSize > BODY_LIMIT) void this.#stream(controller);
  }

  onResponseEnd(): void {
    this.#answered = true;
    if (this.#ended) return;
    if (this.#gone) this.#end({ type: "info", status: handedStatus(this.#response) });
    else if (this.#kept === undefined) {
      if (this.#silenced()) return;
      whenDelivered(this.#response, () => this.#delivered());
      this.#response.end();
    } else void this.#deliver(this.#kept);
  }

  onResponseError(): void {
    this.#answered = true;
    if (this.#ended) return;
    if (this.#gone) this.#end({ type: "info", status: handedStatus(this.#response) });
    else if (!this.#silenced()) this.#cut(); // the API broke off: so does the gate, and the close says the rest
  }

  async #deliver(kept: readonly Buffer[]): Promise<void> {
    if (this.#plan !== undefined) await this.#wait("after");
    if (this.#silenced()) return;
    if (this.#plan?.lose) return this.#cut();
    const fresh = { ...this.#head!, body: kept.length === 1 ? kept[0]! : Buffer.concat(kept) };
    const { status, headers, body } = this.#plan?.reply?.(fresh) ?? fresh;
    this.#head = { ...this.#head!, status, headers };
    this.#kept = [body];
    this.#send(status, answerHeaders(headers), body);
  }

  /** From here on bytes are passed on as they come. */
  async #stream(controller: Dispatcher.DispatchController): Promise<void> {
    const kept = this.#kept ?? [];
    const watching = this.#route.verb === "watch";
    this.#kept = undefined;
    if (this.#plan !== undefined) {
      controller.pause();
      await this.#wait("after");
    }
    if (!this.#silenced()) {
      if (this.#plan?.lose) return this.#cut();
      beginStream(this.#response, this.#head!.status, answerHeaders(this.#head!.headers));
      for (const chunk of kept) this.#response.write(chunk);
    }
    if (watching) this.#gate.disturbances.watch(this, this.counted);
    if (this.#plan !== undefined && !this.#paused) controller.resume();
  }

  get route(): Route {
    return this.#route;
  }

  /** Not one of the harness's own questions. */
  get counted(): boolean {
    return this.#request.headers[ASK_HEADER] === undefined;
  }

  /** A watch whose answer has begun. */
  get watching(): boolean {
    return this.#route.verb === "watch" && this.#head !== undefined && !this.#ended;
  }

  freeze(fault: string): void {
    this.#paused = true;
    this.#watchFault = fault;
    this.#controller?.pause();
  }

  thaw(): void {
    this.#paused = false;
    this.#watchFault = undefined;
    this.#controller?.resume();
  }

  drop(fault: string): void {
    this.#watchFault = fault;
    if (!this.#stuck()) this.#cut();
  }

  /** Keeps no more of an answer in memory than the client takes. */
  #throttle(controller: Dispatcher.DispatchController): void {
    controller.pause();
    this.#response.once("drain", () => !this.#paused && controller.resume());
  }

  #send(status: number, headers: OutgoingHttpHeaders, body: Buffer): void {
    whenDelivered(this.#response, () => this.#delivered());
    sendWhole(this.#response, status, headers, body);
  }

  /** The last byte was handed to the client's socket. */
  #delivered(): void {
    const status = this.#response.statusCode;
    // A 5xx of the API's own does not say that nothing was written.
    const unsure = status >= 500 && this.#forwarded !== undefined && isWrite(this.#route);
    this.#end({ type: status < 400 ? "ok" : unsure ? "info" : "fail", status });
  }

  #cut(): void {
    this.#lost = true;
    cutOff(this.#response, this.#connection);
    if (!this.#answered) this.#controller?.abort(new Error("the reply is lost"));
  }

  #onClose(): void {
    if (this.#ended) return;
    this.#gone = true;
    this.#over?.abort();
    const pending = this.#forwarded !== undefined && isWrite(this.#route) && !this.#answered;
    this.#controller?.resume(); // whom it was held back for takes no more
    if (pending) return; // the API's answer will say whether the write was committed
    this.#end({ type: "info", status: handedStatus(this.#response) });
  }

  #end(ending: Pick<Ending, "type" | "status">): void {
    if (this.#ended) return;
    const at = this.#gate.recorder.now();
    this.#ended = true;
    this.#gate.open.delete(this);
    this.#over?.abort();
    if (!this.#answered) this.#controller?.abort(new Error("the client is gone"));
    const broken = ending.type === "info" ? faultOf(this.#connection) : undefined;
    const fault = broken ?? this.#watchFault ?? this.#plan?.fault;
    const committed = committedIn(this.#route, this.#forwarded, this.#head);
    // Decoded only now, when the client has its reply.
    const whole = this.#ofLock && this.#answered && this.#kept !== undefined;
    const seen = whole ? seenIn(this.#route, this.#gate.lock, this.#head, this.#kept ?? []) : {};
    this.#record?.({
      ...ending,
      at,
      ...(committed === undefined ? {} : { committed }),
      ...seen,
      ...(fault === undefined ? {} : { fault }),
    });
  }
}
