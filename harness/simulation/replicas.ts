import { incarnationKey } from "../core/events.ts";
import { rngOf } from "../core/rng.ts";
import { seconds } from "../core/time.ts";
import { SimulatedGate } from "./gate.ts";
import { startElector, type Ground, type Incarnated } from "./incarnation.ts";
import { Channel, gapEvent } from "./observer.ts";
import type { SimulationPlan } from "./plan.ts";
import { SimulatedProcess } from "./process.ts";

const REVISION = "simulated";
/** Kubernetes' grace between SIGTERM and SIGKILL. */
const GRACE = seconds(30);
/** From the end of a pod to its successor's process, in ms. */
const START = { min: 100, max: 1200 } as const;

/** A pod: its gate stays, its processes follow each other. */
export type Pod = {
  readonly name: string;
  /** The how-manieth pod of the trial it is, from 0. */
  readonly index: number;
  readonly gate: SimulatedGate;
  process: SimulatedProcess;
  channel: Channel;
  elector: Incarnated | undefined;
  incarnation: number;
  terminating: boolean;
};

export type Stage = Ground & {
  readonly plan: SimulationPlan;
  /** Deletes the record in the harness's own name, for this fault. */
  deleteRecord(fault: string): void;
};

/** The ReplicaSet of a trial and its pods. */
export class Replicas {
  readonly #stage: Stage;
  #pods: Pod[] = [];
  #made = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    for (let i = 0; i < stage.plan.replicas; i += 1) this.#replace(stage.random() * 300);
  }

  /** The pods that have a process, oldest first. */
  living(): readonly Pod[] {
    return this.#pods.filter((pod) => pod.process.alive);
  }

  /** Who says that it leads, the one that said so last of several; undefined where nobody does. */
  leader(): Pod | undefined {
    return this.living().findLast((pod) => this.#stage.beliefs.leads(incarnationKey(pod.process.who)));
  }

  /** SIGKILL and a new pod. */
  kill(pod: Pod): void {
    this.#gone(pod, null, "SIGKILL");
  }

  /** SIGTERM, later SIGKILL, and a new pod at once; `over` is told when it is gone. */
  evict(pod: Pod, over: () => void): void {
    if (pod.terminating) return over();
    pod.terminating = true;
    const { clock, record } = this.#stage;
    const { process } = pod;
    record({ type: "replica", at: clock.now(), ...process.who, phase: "terminating", revision: REVISION });
    this.#ends.set(process, over);
    process.terminate();
    this.#replace(this.#startup());
    clock.after(GRACE, () => process.alive && this.#gone(pod, null, "SIGKILL"));
  }

  /** SIGKILL, and the same pod runs its container again: the same identity. */
  restart(pod: Pod): void {
    this.#exited(pod, null, "SIGKILL");
    if (!pod.terminating) this.#stage.clock.after(this.#startup(), () => this.#start(pod));
  }

  readonly #ends = new Map<SimulatedProcess, () => void>();

  #startup(): number {
    return START.min + this.#stage.random() * (START.max - START.min);
  }

  #replace(delay: number): void {
    const { clock } = this.#stage;
    const index = this.#made;
    this.#made += 1;
    clock.after(delay, () => {
      const gate = new SimulatedGate(this.#stage);
      const first = { name: `r${index}`, index, gate, elector: undefined, incarnation: 0, terminating: false };
      const pod: Pod = { ...first, ...this.#born(first.name, index, 1) };
      this.#pods.push(pod);
      this.#start(pod);
    });
  }

  #born(name: string, index: number, incarnation: number) {
    const { clock, plan, polls, random } = this.#stage;
    const gaps = plan.observer.gaps.filter((gap) => gap.replica === index);
    return {
      process: new SimulatedProcess({ replica: name, incarnation }, clock, Math.floor(random() * 1e6)),
      channel: new Channel(polls, plan.observer.lag, gaps, random),
    };
  }

  #start(pod: Pod): void {
    const { clock, plan, record, polls } = this.#stage;
    pod.incarnation += 1;
    Object.assign(pod, this.#born(pod.name, pod.index, pod.incarnation));
    const { process } = pod;
    record({ type: "replica", at: clock.now(), ...process.who, phase: "started", revision: REVISION });
    for (const gap of plan.observer.gaps)
      if (gap.replica === pod.index) {
        const event = gapEvent(process.who, gap, polls, plan.observer.lag);
        if (event.at > clock.now()) clock.at(event.at, () => record({ ...event, since: event.since }));
      }
    // Drawn from the pod's number, so that its settings outlive its processes.
    const own = rngOf(Math.imul(plan.seed, 7919) + pod.index);
    const [wallOffset, slower] = [(own() * 2 - 1) * plan.wallSpread, 1 + own() * (plan.timingSpread - 1)];
    const { leaseDuration, renewDeadline, retryPeriod } = plan.timing;
    const timing = { leaseDuration: leaseDuration * slower, renewDeadline: renewDeadline * slower, retryPeriod };
    const settings = { podName: pod.name, timing, env: {}, wallOffset };
    pod.elector = startElector(this.#stage, settings, process, pod.channel, pod.gate, (code) =>
      this.#gone(pod, code, null),
    );
  }

  #exited(pod: Pod, code: number | null, signal: string | null): void {
    const { clock, record } = this.#stage;
    const { process } = pod;
    pod.elector?.end();
    const bounds = pod.channel.exit(clock.now());
    const event = { type: "replica", ...bounds, ...process.who, phase: "exited", revision: REVISION } as const;
    clock.at(bounds.at, () => record({ ...event, code, signal }));
    this.#ends.get(process)?.();
  }

  #gone(pod: Pod, code: number | null, signal: string | null): void {
    this.#exited(pod, code, signal);
    this.#pods = this.#pods.filter((other) => other !== pod);
    if (!pod.terminating) this.#replace(this.#startup());
  }
}
