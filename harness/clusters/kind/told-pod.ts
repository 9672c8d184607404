import { setTimeout as sleep } from "node:timers/promises";
import type { Bounds, Clock } from "../../core/time.ts";
import { isReady } from "../../kubernetes/rollout/pods.ts";
import type { Container, Pod } from "../../kubernetes/rollout/types.ts";
import type { PodHost } from "../pod-host.ts";
import type { Exit } from "../runtime.ts";
import { statusOf } from "./container-status.ts";

export type ToldPodOptions = {
  readonly host: PodHost;
  /** The replica's. */
  readonly container: string;
  readonly clock: Clock;
};

/** The kubelet tells of an end a second or two later; how it ended is not waited for longer, in ms. */
const STATUS_WITHIN = 3000;
const LOOK_EVERY = 50;

/** What the API tells of a pod, and its host is told in turn. */
export class ToldPod {
  readonly #options: ToldPodOptions;
  pod: Pod;
  /** Of the replica's present process, or the last; the first is 1. */
  incarnation = 0;
  #ready = false;
  #terminating = false;
  #deleted = false;
  #failed = false;

  constructor(pod: Pod, options: ToldPodOptions) {
    this.pod = pod;
    this.#options = options;
  }

  get name(): string {
    return this.pod.metadata.name;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get terminating(): boolean {
    return this.#terminating;
  }

  /** The pod object is gone; its processes may live a little longer. */
  get deleted(): boolean {
    return this.#deleted;
  }

  /** Takes its next state; `news` bounds the instant at which that came to be. */
  update(pod: Pod, runs: boolean, news: () => Bounds, hopelessBeside?: string): void {
    const { host, container } = this.#options;
    this.pod = pod;
    const status = statusOf(pod, container);
    // A process that came and went unseen.
    if (!runs && status !== undefined)
      this.incarnation = Math.max(this.incarnation, status.restarts + (status.waits ? 1 : 0));
    const hopeless = status?.hopeless ?? hopelessBeside;
    if (hopeless !== undefined && !this.#failed) {
      this.#failed = true;
      host.failed(pod, new Error(hopeless));
    }
    const ready = isReady(pod);
    if (ready && !this.#ready && runs) host.ready(pod);
    this.#ready = ready;
    if (pod.metadata.deletionTimestamp === undefined || this.#terminating) return;
    this.#terminating = true;
    if (runs) host.terminating(pod, news());
  }

  remove(): void {
    this.#deleted = true;
    this.#terminating = true;
  }

  /** Of one of the replica's processes; the present one's where none is named. */
  identity(incarnation = this.incarnation) {
    const { containers } = this.pod.spec;
    const container: Container = containers.find(({ name }) => name === this.#options.container) ?? containers[0]!;
    return { pod: this.pod, container, incarnation };
  }

  /** How that process of the replica ended, as the kubelet tells it; unknown when it does not. */
  async howEnded(incarnation: number): Promise<Omit<Exit, "bounds">> {
    const { clock, container } = this.#options;
    const exit = () => statusOf(this.pod, container)?.exits.get(incarnation);
    const deadline = clock.now() + STATUS_WITHIN;
    while (clock.now() < deadline && !this.#deleted && exit() === undefined) await sleep(LOOK_EVERY);
    return exit() ?? { code: null, signal: null };
  }
}
