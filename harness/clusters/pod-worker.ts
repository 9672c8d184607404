import type { Recorder } from "../core/events.ts";
import type { Pod } from "../kubernetes/rollout/types.ts";
import { ContainerRunner, DEFAULT_GRACE_SECONDS } from "./container-runner.ts";
import type { PodHost } from "./pod-host.ts";
import type { PodSource } from "./pod-source.ts";
import { podStatus } from "./pod-status.ts";
import type { Runtime } from "./runtime.ts";
import type { Turnstile } from "./turnstile.ts";

export type WorkerOptions = {
  readonly source: PodSource;
  readonly host: PodHost;
  readonly address: string;
  readonly runtime: Pick<Runtime, "start" | "endsWell">;
  /** Passed before each start of a process. */
  readonly turn: Turnstile;
  readonly clock: Pick<Recorder, "now" | "since">;
  readonly wall: () => Date;
  /** The API refused what the kubelet asked of it. */
  readonly refused: (error: unknown) => void;
};

/** The life of one pod on its node, from its first process to its last; `gone` resolves when none is left. */
export class PodWorker {
  readonly address: string;
  readonly gone: Promise<void>;
  readonly #options: WorkerOptions;
  #pod: Pod;
  #runners: readonly ContainerRunner[] = [];
  #preparing = true;
  #terminating = false;
  #removed = false;
  #wasReady = false;
  #over = false;
  #dark = false;
  #grace: { readonly timer: NodeJS.Timeout; readonly ends: number } | undefined;
  #resolveGone!: () => void;

  constructor(pod: Pod, options: WorkerOptions) {
    this.#pod = pod;
    this.#options = options;
    this.address = options.address;
    this.gone = new Promise((resolve) => (this.#resolveGone = resolve));
    void this.#begin();
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** The first container's: the replica's own. */
  get main(): ContainerRunner | undefined {
    return this.#runners[0];
  }

  get terminating(): boolean {
    return this.#terminating;
  }

  get ready(): boolean {
    return this.#runners.length > 0 && this.#runners.every((runner) => runner.ready);
  }

  get alive(): boolean {
    return this.#runners.some((runner) => runner.alive);
  }

  async #begin(): Promise<void> {
    const { host, clock, wall, runtime, address, turn } = this.#options;
    try {
      const launch = await host.prepare(this.#pod, address);
      this.#preparing = false;
      if (this.#terminating || this.#removed) return this.#settle();
      this.#runners = this.#pod.spec.containers.map(
        (container) =>
          new ContainerRunner({
            pod: () => this.#pod,
            container,
            address,
            launch: launch(container),
            runtime,
            turn,
            clock,
            wall,
            host,
            changed: () => this.#changed(),
            failed: (error) => this.#failed(error),
          }),
      );
      await Promise.all(this.#runners.map((runner) => runner.start()));
    } catch (error) {
      this.#preparing = false;
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.host.failed(this.#pod, error);
    this.#changed();
  }

  /** The pod object changed: its end may have been asked for, or asked for sooner. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined)
      this.terminate(pod.metadata.deletionGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
  }

  /** SIGTERM to each container's process; SIGKILL to all groups `graceSeconds` later. A shorter grace overrides a longer one. */
  terminate(graceSeconds: number): void {
    const { clock } = this.#options;
    const ends = clock.now() + graceSeconds * 1000;
    if (this.#grace !== undefined && this.#grace.ends <= ends) return;
    clearTimeout(this.#grace?.timer);
    const timer = setTimeout(() => this.#killAll(), graceSeconds * 1000);
    this.#grace = { timer, ends };
    if (this.#terminating) return;
    this.#terminating = true;
    for (const runner of this.#runners) runner.stop();
    this.#askToEnd(graceSeconds);
    this.#settle();
  }

  /** Its node loses its power: all processes end at once, and nobody says so. */
  powerOff(): void {
    this.#dark = true;
    for (const runner of this.#runners) runner.powerOff();
  }

  powerOn(): void {
    this.#dark = false;
    for (const runner of this.#runners) runner.powerOn();
  }

  /** The pod object is gone, or the kubelet ends: SIGKILL at once, which also ends what is stopped. */
  kill(): void {
    this.#removed = true;
    for (const runner of this.#runners) runner.stop();
    this.#killAll();
    this.#settle();
  }

  /** SIGTERM to each container's own process; with no grace SIGKILL, before which nothing may be sent that takes time. */
  #askToEnd(graceSeconds: number): void {
    const { clock, host } = this.#options;
    const since = clock.now();
    if (graceSeconds === 0) this.#killAll();
    const signals = graceSeconds === 0 ? [] : this.#runners.map((runner) => runner.signal("SIGTERM"));
    const sending = signals.filter((sent) => sent !== undefined);
    if (!this.alive) return;
    const sent = (): void => host.terminating(this.#pod, { since, at: clock.now() });
    if (sending.length === 0) sent();
    else void Promise.all(sending).then(sent); // what fails here, the runtime tells as its failure
  }

  #killAll(): void {
    for (const runner of this.#runners) runner.kill();
  }

  #changed(): void {
    this.#settle();
    if (this.#over || this.#dark) return;
    const { source, host, wall, address, refused } = this.#options;
    const ready = this.ready && !this.#terminating;
    if (ready && !this.#wasReady) host.ready(this.#pod);
    this.#wasReady = ready;
    const states = this.#runners.map((runner) => runner.state());
    source.writeStatus(this.#pod, podStatus(this.#pod, address, states, wall())).catch(refused);
  }

  /** Ends the worker once the pod is to go and no process of it is left. */
  #settle(): void {
    if (this.#over || this.#preparing || this.alive || !(this.#terminating || this.#removed)) return;
    this.#over = true;
    clearTimeout(this.#grace?.timer);
    void this.#release();
  }

  async #release(): Promise<void> {
    const { source, host, refused } = this.#options;
    await host.released(this.#pod).catch(refused);
    if (!this.#removed) await source.remove(this.#pod).catch(refused);
    this.#resolveGone();
  }

  /** Freezes every process; resolves when all of them were seen frozen, rejects when there is none (any more). */
  async pause(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const alive = this.#runners.filter((runner) => runner.alive);
    if (alive.length === 0) throw new Error(`${this.#pod.metadata.name} has no process to pause`);
    await Promise.all(alive.map((runner) => runner.freeze(signal)));
  }

  isFrozen(): boolean {
    const alive = this.#runners.filter((runner) => runner.alive);
    return alive.length > 0 && alive.every((runner) => runner.isFrozen());
  }

  async resume(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.thaw()));
  }
}
