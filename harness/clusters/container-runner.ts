import type { Recorder } from "../core/events.ts";
import { millis, type Millis } from "../core/time.ts";
import { stamp } from "../kubernetes/rollout/action.ts";
import type { Container, Pod } from "../kubernetes/rollout/types.ts";
import { backOff, FORGIVEN_AFTER, startsAgain } from "./backoff.ts";
import type { ContainerProcess, PodHost } from "./pod-host.ts";
import type { ContainerState } from "./pod-status.ts";
import { watchProbe, type Probed } from "./probe.ts";
import type { Exit, Launch, Running, Runtime } from "./runtime.ts";
import type { Turnstile } from "./turnstile.ts";

export type RunnerOptions = {
  readonly pod: () => Pod;
  readonly container: Container;
  readonly address: string;
  readonly launch: Launch;
  readonly runtime: Pick<Runtime, "start" | "endsWell">;
  readonly turn: Turnstile;
  readonly clock: Pick<Recorder, "now" | "since">;
  readonly wall: () => Date;
  readonly host: PodHost;
  /** Something that the pod's status shows has changed. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
};

/** What a pod is granted that does not say (s). */
export const DEFAULT_GRACE_SECONDS = 30;

/** Keeps one container running: starts it, probes it, starts it again when it ends as the pod asks, until `stop`. */
export class ContainerRunner {
  readonly #options: RunnerOptions;
  #running: Running | undefined;
  #starting = false;
  #stopped = false;
  #incarnation = 0;
  #failures = 0;
  #ready = false;
  #since: string | undefined;
  #last: ContainerState["last"];
  #waiting: ContainerState["waiting"];
  #restart: NodeJS.Timeout | undefined;
  #probing: AbortController | undefined;
  #killing: NodeJS.Timeout | undefined;
  #finished = false;
  #dark = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Whether a process of it may exist. */
  get alive(): boolean {
    return this.#starting || this.#running !== undefined;
  }

  get ready(): boolean {
    return this.#ready;
  }

  state(): ContainerState {
    return {
      container: this.#options.container,
      ready: this.#ready,
      restarts: Math.max(0, this.#incarnation - 1),
      ...(this.#since === undefined ? {} : { runningSince: this.#since }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
      ...(this.#waiting === undefined ? {} : { waiting: this.#waiting }),
      ...(this.#finished ? { finished: true } : {}),
    };
  }

  async start(): Promise<void> {
    const { launch, runtime, address, clock, host, turn, changed } = this.#options;
    if (this.#stopped) return;
    this.#starting = true;
    await turn();
    if (this.#stopped || this.#dark) {
      this.#starting = false;
      return changed(); // it was removed, or its node lost its power, while it waited
    }
    this.#incarnation += 1;
    const identity = (): ContainerProcess => ({
      pod: this.#options.pod(),
      container: this.#options.container,
      incarnation: this.#incarnation,
    });
    try {
      const { metadata } = this.#options.pod();
      const running = await runtime.start({
        ...launch,
        namespace: metadata.namespace ?? "",
        pod: metadata.name,
        address,
        clock,
        lines: (stream, lines) => host.lines(identity(), stream, lines),
        silent: (bounds) => host.silent(identity(), bounds),
        ended: (exit) => this.#ended(identity(), running.started.at, exit),
      });
      this.#started(identity(), running);
    } catch (error) {
      this.#starting = false;
      this.#stopped = true;
      this.#waiting = { reason: "RunContainerError", message: String(error) };
      this.#options.failed(error);
    }
  }

  #started(identity: ContainerProcess, running: Running): void {
    const { host, wall, changed } = this.#options;
    this.#starting = false;
    this.#running = running;
    this.#since = stamp(wall());
    this.#waiting = undefined;
    host.started(identity, running);
    if (this.#stopped || this.#dark) return running.kill(); // it was removed, or its node lost its power, while it started
    this.#probe(running);
    changed();
  }

  #probe(running: Running): void {
    const { container, address, launch, runtime, clock, changed } = this.#options;
    const { readinessProbe, livenessProbe } = container;
    const { signal } = (this.#probing = new AbortController());
    const probed: Probed = {
      address,
      // A command that a runtime cannot run beside the container's is as without a probe.
      run: async (argv, limit) => (await runtime.endsWell?.({ ...launch, argv, clock }, limit)) ?? true,
    };
    const tell = (ready: boolean): void => {
      this.#ready = ready;
      changed();
    };
    if (readinessProbe === undefined) this.#ready = true;
    else void watchProbe(readinessProbe, probed, false, tell, signal);
    if (livenessProbe === undefined) return;
    const grace = livenessProbe.terminationGracePeriodSeconds ?? this.#options.pod().spec.terminationGracePeriodSeconds;
    const judge = (lives: boolean): void => {
      if (!lives) this.#endSick(running, grace ?? DEFAULT_GRACE_SECONDS);
    };
    void watchProbe(livenessProbe, probed, true, judge, signal);
  }

  /** What does not live is told to end, and killed after its grace; what is started again is another process. */
  #endSick(running: Running, graceSeconds: number): void {
    this.#probing?.abort();
    void running.signal("SIGTERM");
    this.#killing = setTimeout(() => running.kill(), graceSeconds * 1000);
  }

  #ended(identity: ContainerProcess, startedAt: Millis, exit: Exit): void {
    this.#probing?.abort();
    clearTimeout(this.#killing);
    this.#running = undefined;
    this.#ready = false;
    this.#since = undefined;
    this.#last = { code: exit.code, signal: exit.signal, at: stamp(this.#options.wall()) };
    this.#failures = exit.bounds.at - startedAt > FORGIVEN_AFTER ? 1 : this.#failures + 1;
    this.#options.host.exited(identity, exit);
    if (!this.#stopped && !startsAgain(this.#options.pod().spec, exit)) {
      this.#finished = true;
      this.#stopped = true;
    } else if (!this.#stopped && !this.#dark) {
      const wait = backOff(this.#failures);
      this.#waiting = { reason: "CrashLoopBackOff", message: `back-off ${wait} ms restarting failed container` };
      this.#restart = setTimeout(() => void this.start(), wait);
    }
    this.#options.changed();
  }

  /** Its node loses its power: SIGKILL, and nothing is started until it is back. */
  powerOff(): void {
    this.#dark = true;
    clearTimeout(this.#restart);
    this.#probing?.abort();
    this.kill();
  }

  powerOn(): void {
    this.#dark = false;
    if (!this.alive) void this.start();
  }

  /** No process is started from now on; the one that runs is left to the signals. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#restart);
    this.#probing?.abort();
  }

  signal(signal: NodeJS.Signals): Promise<void> | void {
    return this.#running?.signal(signal);
  }

  kill(): void {
    this.#running?.kill();
  }

  /** Rejects when no process runs. */
  async freeze(signal: AbortSignal): Promise<void> {
    if (this.#running === undefined) throw new Error(`${this.#options.pod().metadata.name} has no process to pause`);
    await this.#running.freeze(signal);
  }

  async thaw(): Promise<void> {
    await this.#running?.thaw();
  }

  /** Whether every process of it is frozen; false when there is none. */
  isFrozen(): boolean {
    return this.#running?.isFrozen() ?? false;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  get startedAt(): Millis {
    return this.#running?.started.at ?? millis(0);
  }
}
