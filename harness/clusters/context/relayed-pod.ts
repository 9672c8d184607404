import { setTimeout as sleep } from "node:timers/promises";
import { millis, type Bounds, type Millis } from "../../core/time.ts";
import type { Recorder } from "../../core/events.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import type { ApiClient } from "../apiserver/client.ts";
import type { Main } from "../kind/kind-pod.ts";
import { ToldPod } from "../kind/told-pod.ts";
import type { PodHost } from "../pod-host.ts";
import { delayMeter } from "./delay.ts";
import { measureLateness, processLog, type ProcessLog } from "./process-log.ts";
import { hopelessRelay, isRelayUp } from "./relay-status.ts";
import type { Word } from "./relay/words.ts";
import type { RelayedStalls } from "./relayed-stalls.ts";
import type { Tunnel } from "./tunnel.ts";

export type RelayedPodOptions = {
  readonly client: ApiClient;
  readonly host: PodHost;
  readonly container: string;
  readonly clock: Recorder;
  readonly stalls: RelayedStalls;
  /** Opens the way to the pod's relay, which has begun to run. */
  readonly tunnel: (pod: Pod, heard: (word: Heard, when: (mono: number) => Bounds) => void) => Tunnel;
  /** What could not be seen or done, and has to be. */
  readonly failed: (error: unknown) => void;
};

type Heard = Exclude<Word, { type: "pong" | "hello" }>;

/** A pod whose object is gone, and whose end nobody told of by then (ms), was lost sight of. */
const LOST_AFTER = 10_000;
const LOOK_EVERY = 10;
/** One pod of a cluster that only its API reaches: seen through its status, its relay and its log. */
export class RelayedPod {
  readonly gone: Promise<void>;
  readonly #options: RelayedPodOptions;
  readonly #told: ToldPod;
  #main: Main | undefined;
  #killed = false;
  #states = "";
  #tunnel: Tunnel | undefined;
  #log: ProcessLog | undefined;
  /** How late the node's stamps of what a container of the pod writes are: the relay's own lines tell. */
  readonly #lateness = delayMeter();
  readonly #over = new AbortController();
  #reading = 0;
  #resolveGone!: () => void;

  constructor(pod: Pod, options: RelayedPodOptions) {
    this.#told = new ToldPod(pod, options);
    this.#options = options;
    this.gone = new Promise((resolve) => (this.#resolveGone = resolve));
  }

  get pod(): Pod {
    return this.#told.pod;
  }

  get main(): Main | undefined {
    return this.#main;
  }

  get terminating(): boolean {
    return this.#told.terminating;
  }

  get ready(): boolean {
    return this.#told.ready && this.#main !== undefined;
  }

  /** Undefined before the pod's relay runs. */
  get tunnel(): Tunnel | undefined {
    return this.#tunnel;
  }

  update(pod: Pod): void {
    const { clock } = this.#options;
    if (this.#tunnel === undefined && isRelayUp(pod)) {
      this.#tunnel = this.#options.tunnel(pod, (word, when) => this.#hear(word, when));
      const wall = (at: number): Bounds => this.#tunnel!.wall(at);
      void measureLateness({ client: this.#options.client, pod, wall }, this.#lateness, this.#over.signal);
    }
    const news = (): Bounds => {
      const [at, trip] = [clock.now(), this.#tunnel?.delay(clock.now()) ?? 0]; // of the API's server as of the relay's
      return { since: millis(Math.max(0, clock.since() - trip)), at };
    };
    this.#told.update(pod, this.#main !== undefined, news, hopelessRelay(pod));
    this.#settle();
  }

  /** The pod object is gone; its processes may live a little longer. */
  deleted(): void {
    this.#told.remove();
    this.#settle();
    if (this.#main === undefined) return;
    // Its relay outlives it, and tells its end; else nobody does.
    setTimeout(() => {
      if (this.#main === undefined) return;
      this.#options.failed(new Error(`nobody saw how ${this.#told.name} ended`));
      this.#ended({ since: this.#main.startedAt, at: this.#options.clock.now() });
    }, LOST_AFTER).unref();
  }

  /** Sends a signal to every process of the elector; resolves when it is on its way. */
  async signal(name: "STOP" | "CONT" | "KILL", signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#main === undefined) return;
    if (name === "KILL") this.#killed = true;
    if (this.#tunnel?.order({ type: "signal", name }) !== true && name !== "CONT")
      throw new Error(`the relay of ${this.#told.name} is not reached`);
  }

  /** Its process is gone, and what it wrote is read, before the pod is: afterwards nobody could. */
  async kill(remove: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { main } = this;
    await this.signal("KILL", signal);
    while (this.#main === main || this.#reading > 0) await sleep(LOOK_EVERY, undefined, { signal });
    await remove();
  }

  /** SIGSTOP to every process; resolves when all of them are seen stopped, rejects when there is none (any more). */
  async pause(signal: AbortSignal): Promise<void> {
    const { main } = this;
    await this.signal("STOP", signal);
    while (!this.isFrozen()) {
      if (main === undefined || this.#main !== main) throw new Error(`${this.#told.name} has no process to pause`);
      await sleep(LOOK_EVERY, undefined, { signal });
    }
  }

  isFrozen(): boolean {
    return this.#main !== undefined && /^T+$/.test(this.#states);
  }

  /** Reads all that is in the log now; the instant until which that is all that was written. */
  async caughtUp(signal: AbortSignal): Promise<Millis> {
    const now = this.#options.clock.now();
    const log = this.#log;
    if (this.#main === undefined || log === undefined) return now;
    await log.catchUp(signal).catch((error: unknown) => {
      if (this.#log === log) throw error; // otherwise its end is what took the log away
    });
    return millis(now - this.#lateness.at(now));
  }

  #hear(word: Heard, when: (mono: number) => Bounds): void {
    switch (word.type) {
      case "states":
        this.#states = word.states;
        return;
      case "stalled":
        return this.#options.stalls.tell(
          this.#told.name,
          { since: when(word.since).since, at: when(word.at).at },
          word.ms,
        );
      case "started":
        if (this.#main?.process.pid !== word.pid) this.#started(word.pid, when(word.since).since, when(word.at).at);
        return;
      case "ended":
        if (this.#main?.process.pid !== word.pid) return;
        return this.#ended({ since: when(word.since).since, at: when(word.at).at });
      default:
        throw word satisfies never;
    }
  }

  #started(pid: number, since: Millis, at: Millis): void {
    const { host, client, container, clock } = this.#options;
    this.#told.incarnation += 1;
    const process = { pid, nodePid: pid, first: true, container, started: "" };
    this.#main = { incarnation: this.#told.incarnation, startedAt: at, process };
    this.#killed = false;
    const identity = this.#told.identity();
    host.started(identity, { pid, started: { since, at } });
    this.#log = processLog({
      client,
      pod: () => this.pod,
      container,
      incarnation: this.#told.incarnation,
      started: since,
      clock,
      wall: (stamp) => this.#tunnel!.wall(stamp),
      late: (stamp) => this.#lateness.at(stamp),
      heard: (text, bounds) => host.lines(identity, "stdout", [{ bytes: Buffer.from(text), bounds }]),
    });
  }

  #ended(bounds: Bounds): void {
    const { incarnation, startedAt } = this.#main!;
    const log = this.#log!;
    const killed = this.#killed;
    this.#main = undefined;
    this.#reading += 1;
    const told = async (): Promise<void> => {
      const identity = this.#told.identity(incarnation);
      const whole = await log.readToEnd(() => this.#told.deleted);
      log.stop();
      if (this.#log === log) this.#log = undefined;
      const since = millis(Math.max(startedAt, bounds.since));
      if (!whole) this.#lost(incarnation, { since: startedAt, at: bounds.at });
      const exit = killed ? { code: null, signal: "SIGKILL" } : await this.#told.howEnded(incarnation);
      this.#options.host.exited(identity, { ...exit, bounds: { since, at: bounds.at } });
      this.#reading -= 1;
      this.#settle();
    };
    void told();
  }

  #lost(incarnation: number, bounds: Bounds): void {
    const reason = "its log went with its pod before it was read to the end";
    this.#options.clock.record({ type: "gap", ...bounds, replica: this.#told.name, incarnation, reason });
  }

  #settle(): void {
    if (this.#over.signal.aborted || this.#main !== undefined || !this.#told.deleted || this.#reading > 0) return;
    this.#over.abort();
    this.#tunnel?.close();
    void this.#options.host.released(this.pod).catch(this.#options.failed).finally(this.#resolveGone);
  }
}
