import { backOff, FORGIVEN_AFTER } from "../clusters/backoff.ts";
import type { PodSource } from "../clusters/pod-source.ts";
import { podStatus, type ContainerState } from "../clusters/pod-status.ts";
import { revisionOf } from "../clusters/replica-host.ts";
import type { Replica } from "../core/cluster.ts";
import type { Elector } from "../core/elector.ts";
import type { Recorder, ReplicaEvent } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import { stamp } from "../kubernetes/rollout/action.ts";
import type { Pod } from "../kubernetes/rollout/types.ts";
import type { SimulatedElection } from "./elector.ts";
import { pollEndpoint } from "./endpoint.ts";
import { SimulatedGate } from "./gate.ts";
import { EPOCH, startElector, type Ground, type Incarnated } from "./incarnation.ts";
import { Channel } from "./observer.ts";
import { SimulatedProcess } from "./process.ts";

/** From a pod's being bound to its process, and from one process to the next, in ms. */
const START = { min: 50, max: 300 } as const;
const DEFAULT_GRACE_SECONDS = 30;

export type PodOptions = {
  readonly ground: Ground;
  readonly observe: Elector["observe"];
  readonly source: PodSource;
  /** What its processes are told; asked once. */
  settingsOf(pod: Pod): Pick<SimulatedElection, "podName" | "timing" | "env">;
  /** The pod's first process was started. */
  begun(pod: string): void;
  /** A process of the replica ended with these words. */
  said(replica: string, words: string): void;
};

/** A pod that runs its one container as a simulated process; the twin of the kubelet's worker for real ones. */
export class SimulatedPod {
  readonly gate: SimulatedGate;
  /** Resolves when no process of it is left, and the pod is gone. */
  readonly gone: Promise<void>;
  readonly #options: PodOptions;
  readonly #settings: ReturnType<PodOptions["settingsOf"]>;
  #pod: Pod;
  #running: (Incarnated & { readonly startedAt: Millis }) | undefined;
  #incarnation = 0;
  #failures = 0;
  #terminating = false;
  #removed = false;
  #over = false;
  #ends = Infinity;
  #last: ContainerState["last"];
  #resolveGone!: () => void;

  constructor(pod: Pod, options: PodOptions) {
    this.#pod = pod;
    this.#options = options;
    this.#settings = options.settingsOf(pod);
    this.gate = new SimulatedGate(options.ground);
    this.gone = new Promise((resolve) => (this.#resolveGone = resolve));
    options.ground.clock.after(this.#delay(), () => this.#start());
  }

  get pod(): Pod {
    return this.#pod;
  }

  get process(): SimulatedProcess | undefined {
    return this.#running?.process;
  }

  get terminating(): boolean {
    return this.#terminating;
  }

  /** As the Cluster port shows it; undefined while it has no process. */
  replica(): Replica | undefined {
    if (this.#running === undefined) return undefined;
    const { process, startedAt } = this.#running;
    const phase = this.#terminating ? "terminating" : "running";
    return { ...process.who, revision: revisionOf(this.#pod), phase, startedAt };
  }

  /** The pod object changed: its end may have been asked for, or asked for sooner. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp === undefined) return;
    const { clock } = this.#options.ground;
    const ends = clock.now() + 1000 * (pod.metadata.deletionGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
    if (ends < this.#ends) {
      this.#ends = ends;
      clock.at(ends, () => this.crash());
    }
    if (this.#terminating) return;
    this.#terminating = true;
    if (this.#running !== undefined) this.#tell("terminating", {});
    this.#running?.process.terminate();
    this.#settle();
  }

  /** The pod object is gone: SIGKILL at once. */
  remove(): void {
    this.#removed = true;
    this.crash();
    this.#settle();
  }

  /** SIGKILL: the process ends, seen a little later; the container is started again unless the pod is to go. */
  crash(): void {
    this.#exit(null, "SIGKILL");
  }

  #delay(): number {
    return START.min + this.#options.ground.random() * (START.max - START.min);
  }

  #tell(phase: ReplicaEvent["phase"], more: Partial<ReplicaEvent>): void {
    const { clock, record } = this.#options.ground;
    const [replica, revision] = [this.#pod.metadata.name, revisionOf(this.#pod)];
    const incarnation = this.#incarnation;
    record({ type: "replica", at: clock.now(), ...more, replica, incarnation, revision, phase });
  }

  #start(): void {
    if (this.#terminating || this.#removed) return;
    const { ground, observe, begun, said } = this.#options;
    const { clock, polls, random } = ground;
    this.#incarnation += 1;
    const who = { replica: this.#pod.metadata.name, incarnation: this.#incarnation };
    const process = new SimulatedProcess(who, clock, Math.floor(random() * 1e6));
    const heard = observe.via === "stdout";
    const channel = new Channel(polls, 0, heard ? [] : [{ from: 0, to: Infinity }], random);
    const settings = { ...this.#settings, wallOffset: 0 };
    this.#tell("started", {});
    this.#tell("ready", {});
    const elector = startElector(ground, settings, process, channel, this.gate, (code, words) => {
      if (words !== undefined) said(who.replica, words);
      this.#exit(code, null);
    });
    this.#running = { ...elector, startedAt: clock.now() };
    if (observe.via === "http") {
      const recorder: Recorder = { now: () => clock.now(), since: () => clock.now(), record: ground.record };
      pollEndpoint(clock, process, elector.endpoint, ground.latency, recorder);
    }
    this.#show();
    if (this.#incarnation === 1) begun(who.replica);
  }

  #exit(code: number | null, signal: string | null): void {
    const { clock, polls, random } = this.#options.ground;
    const running = this.#running;
    if (running === undefined || !running.process.alive) return;
    running.end();
    const bounds = new Channel(polls, 0, [], random).exit(clock.now());
    clock.at(bounds.at, () => {
      this.#running = undefined;
      this.#tell("exited", { ...bounds, code, signal });
      this.#last = { code, signal, at: this.#stamp() };
      this.#failures = clock.now() - running.startedAt > FORGIVEN_AFTER ? 1 : this.#failures + 1;
      if (this.#terminating || this.#removed) return this.#settle();
      clock.after(backOff(this.#failures) + this.#delay(), () => this.#start());
      this.#show();
    });
  }

  #stamp(): string {
    return stamp(new Date(EPOCH + this.#options.ground.clock.now()));
  }

  #show(): void {
    const running = this.#running !== undefined;
    const state: ContainerState = {
      container: this.#pod.spec.containers[0]!,
      ready: running,
      restarts: Math.max(0, this.#incarnation - 1),
      ...(running ? { runningSince: this.#stamp() } : {}),
      ...(this.#last === undefined ? {} : { last: this.#last }),
    };
    const now = new Date(EPOCH + this.#options.ground.clock.now());
    void this.#options.source.writeStatus(this.#pod, podStatus(this.#pod, "127.0.0.1", [state], now));
  }

  /** Ends the pod once it is to go and has no process. */
  #settle(): void {
    if (this.#over || this.#running !== undefined || !(this.#terminating || this.#removed)) return;
    this.#over = true;
    this.gate.close();
    if (!this.#removed) void this.#options.source.remove(this.#pod);
    this.#resolveGone();
  }
}
