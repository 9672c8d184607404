import { setTimeout as sleep } from "node:timers/promises";
import { millis, type Bounds, type Clock, type Millis } from "../../core/time.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import { statOf } from "../proc.ts";
import type { PodHost } from "../pod-host.ts";
import type { Exit } from "../runtime.ts";
import { startedAt } from "./boot-time.ts";
import { inNode } from "./docker.ts";
import type { LagMeter } from "./lag.ts";
import { besideOf, isAlone, type Beside } from "./beside.ts";
import { tailLog, type LogTail } from "./log-tail.ts";
import type { PodProcess } from "./pod-processes.ts";
import { ToldPod } from "./told-pod.ts";
import type { NoteUndo } from "./undo.ts";

/** The present process of a replica. */
export type Main = { readonly incarnation: number; readonly startedAt: Millis; readonly process: PodProcess };

export type KindPodOptions = {
  readonly host: PodHost;
  readonly container: string;
  readonly clock: Clock & { since(): Millis };
  readonly processes: (uid: string) => readonly PodProcess[];
  /** How late the node's log is; the process's shim counts too. */
  readonly lagOf: (node: string, shim: number) => LagMeter;
  readonly note: NoteUndo;
  /** What the node could not be made to do. */
  readonly failed: (error: unknown) => void;
};

/** What a process wrote last is read within this of its end (ms), or never. */
const READ_WITHIN = 5000;
const LOOK_EVERY = 5;

/** One pod of a kind cluster, seen through its status, its log and its processes in this machine's /proc. */
export class KindPod {
  readonly gone: Promise<void>;
  readonly #options: KindPodOptions;
  readonly #told: ToldPod;
  #main: Main | undefined;
  #lastAlive: Millis;
  #killed = false;
  /** The present process's log as it is read; undefined when there is no process. */
  #log: { readonly tail: LogTail; readonly file: string; readonly lag: LagMeter } | undefined;
  /** Resolves when the present process's log was read to its end. */
  #drain: () => Promise<void> = async () => {};
  #reading = 0;
  #over = false;
  readonly #beside: Beside;
  #resolveGone!: () => void;

  constructor(pod: Pod, options: KindPodOptions) {
    this.#told = new ToldPod(pod, options);
    this.#options = options;
    this.#lastAlive = options.clock.now();
    this.#beside = besideOf(options.container, options.host, options.clock);
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

  get uid(): string {
    return this.pod.metadata.uid ?? "";
  }

  /** Has a node, and of some container no process that is known: one may have come. */
  get awaited(): boolean {
    const whole = this.#main !== undefined && this.#beside.complete(this.pod);
    return !whole && !this.#over && this.pod.spec.nodeName !== undefined;
  }

  /** Whether its process is gone since it was looked at last; O(1). */
  look(): void {
    const { clock } = this.#options;
    this.#beside.look(this.pod);
    if (this.#main === undefined) return;
    const { pid, started } = this.#main.process;
    const at = clock.now();
    const stat = statOf(pid);
    if (stat !== undefined && stat.started === started && stat.state !== "Z" && stat.state !== "X")
      this.#lastAlive = at;
    else this.#ended({ since: this.#lastAlive, at: clock.now() });
  }

  /** Takes the pod's processes as they were found; the first of its container is the replica. */
  found(processes: readonly PodProcess[]): void {
    const alone = isAlone(this.pod.spec);
    const first = processes.find((each) => each.first && (alone || each.container === this.#options.container));
    this.#beside.found(this.pod, processes);
    if (this.#main !== undefined || first === undefined || this.#over) return;
    const { clock, host } = this.#options;
    const started = startedAt(first.started, clock);
    this.#told.incarnation += 1;
    this.#main = { incarnation: this.#told.incarnation, startedAt: started.at, process: first };
    this.#lastAlive = started.at;
    this.#killed = false;
    host.started(this.#told.identity(), { pid: first.pid, started });
    this.#read(this.#main);
  }

  update(pod: Pod): void {
    const { clock } = this.#options;
    this.#told.update(pod, this.#main !== undefined, () => ({ since: clock.since(), at: clock.now() }));
    this.#settle();
  }

  /** The pod object is gone; its processes may live a little longer. */
  deleted(): void {
    this.#told.remove();
    this.#settle();
  }

  /** Sends a signal to every process of the pod's containers, from its node. */
  async signal(name: "STOP" | "CONT" | "KILL", signal: AbortSignal): Promise<void> {
    const { main, uid } = this;
    const node = this.pod.spec.nodeName;
    const all = this.#options.processes(uid);
    if (main === undefined || node === undefined || all.length === 0) return;
    if (name === "KILL") this.#killed = true;
    const pids = all.map(({ nodePid }) => String(nodePid));
    if (name === "STOP")
      this.#options.note({ kind: "run", what: "woke a pod", node, argv: ["kill", "-CONT", ...pids] });
    await inNode(node, ["kill", `-${name}`, ...pids], signal).catch((error: unknown) => {
      signal.throwIfAborted();
      this.look();
      if (this.#main === main) throw error; // otherwise it ended before the signal came
    });
  }

  /** Its node is about to lose its power, and nobody will tell how its process ended. */
  powerLost(): void {
    this.#killed = true;
  }

  /** SIGSTOP to every process; resolves when all of them are seen stopped, rejects when there is none (any more). */
  async pause(signal: AbortSignal): Promise<void> {
    const { main } = this;
    do {
      this.look();
      if (main === undefined || this.#main !== main)
        throw new Error(`${this.pod.metadata.name} has no process to pause`);
      await this.signal("STOP", signal);
      await sleep(LOOK_EVERY, undefined, { signal });
    } while (!this.isFrozen());
  }

  /** SIGKILL to every process while `remove` removes the pod: a kubelet alone sends SIGTERM first, and grants two seconds. */
  async kill(remove: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await Promise.all([this.signal("KILL", signal), remove()]);
  }

  isFrozen(): boolean {
    const states = this.#options.processes(this.uid).map(({ pid }) => statOf(pid)?.state ?? "X");
    return (
      states.length > 0 && states.every((state) => "TtZX".includes(state)) && states.some((state) => state === "T")
    );
  }

  /** Reads on until all is read that is in the log now; the instant until which that is all that was written. */
  async caughtUp(signal: AbortSignal): Promise<Millis> {
    const { clock } = this.#options;
    const log = this.#log;
    const now = clock.now();
    if (log === undefined) return now;
    const whole = millis(now - log.lag.before(now));
    const asked = inNode(this.pod.spec.nodeName!, ["stat", "--format=%s", log.file], signal);
    const size = await asked.then(Number, (error: unknown) => {
      this.look();
      if (this.#log === log) throw error; // otherwise its end is what took the log away
      return 0;
    });
    while (log.tail.read() < size && this.#log === log) await sleep(LOOK_EVERY, undefined, { signal });
    return whole;
  }

  #read({ process, incarnation }: Main): void {
    const { host, clock, lagOf, container } = this.#options;
    const { metadata, spec } = this.pod;
    const node = spec.nodeName!;
    const lag = lagOf(node, process.pid);
    const file = `/var/log/pods/${metadata.namespace}_${metadata.name}_${metadata.uid}/${container}/${incarnation - 1}.log`;
    const identity = this.#told.identity(incarnation);
    const tail = tailLog({
      node,
      file,
      nodePid: process.nodePid,
      clock,
      lag: (at) => lag.before(at),
      heard: (stream, text, bounds) => host.lines(identity, stream, [{ bytes: Buffer.from(text), bounds }]),
    });
    this.#log = { tail, file, lag };
    this.#reading += 1;
    void this.#untilRead(tail.done, lag);
    this.#drain = async () => {
      const late = setTimeout(() => tail.end(), READ_WITHIN);
      await tail.done;
      clearTimeout(late);
    };
  }

  async #untilRead(done: Promise<void>, lag: LagMeter): Promise<void> {
    await done;
    lag[Symbol.dispose]();
    this.#reading -= 1;
    this.#settle();
  }

  #ended(bounds: Bounds): void {
    const { incarnation } = this.#main!;
    const identity = this.#told.identity(incarnation);
    const drained = this.#drain();
    const killed = this.#killed;
    this.#main = undefined;
    this.#log = undefined;
    this.#reading += 1;
    const tell = (exit: Omit<Exit, "bounds">): void => {
      this.#options.host.exited(identity, { ...exit, bounds });
      this.#reading -= 1;
      this.#settle();
    };
    const told = async (): Promise<void> => {
      await drained;
      tell(killed ? { code: null, signal: "SIGKILL" } : await this.#told.howEnded(incarnation));
    };
    void told();
    this.#settle();
  }

  #settle(): void {
    if (this.#over || this.#main !== undefined || !this.#told.deleted || this.#reading > 0) return;
    this.#over = true;
    void this.#options.host.released(this.pod).catch(this.#options.failed).finally(this.#resolveGone);
  }
}
