import { type HistoryEvent, type Incarnation, incarnationKey } from "../core/events.ts";
import { rngOf } from "../core/rng.ts";
import { seconds } from "../core/time.ts";
import type { SimulatedElector } from "./elector.ts";
import { type Network, SimulatedGate } from "./gate.ts";
import { Channel, gapEvent } from "./observer.ts";
import type { SimulationPlan } from "./plan.ts";
import { SimulatedProcess } from "./process.ts";
import type { BeliefLog } from "./truth.ts";
import { startWork, type SimulatedWork } from "./work.ts";

const REVISION = "simulated";
/** Kubernetes' grace between SIGTERM and SIGKILL. */
const GRACE = seconds(30);
/** From the end of a pod to its successor's process, in ms. */
const START = { min: 100, max: 1200 } as const;
/** What wall clocks show when virtual time begins: 2030-01-01. */
const EPOCH = Date.UTC(2030, 0, 1);

/** A pod: its gate stays, its processes follow each other. */
export type Pod = {
  readonly name: string;
  /** The how-manieth pod of the trial it is, from 0. */
  readonly index: number;
  readonly gate: SimulatedGate;
  process: SimulatedProcess;
  channel: Channel;
  work: SimulatedWork | undefined;
  incarnation: number;
  terminating: boolean;
};

export type Stage = Network & {
  readonly plan: SimulationPlan;
  readonly elector: SimulatedElector;
  readonly beliefs: BeliefLog;
  readonly random: () => number;
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
      const first = { name: `r${index}`, index, gate, work: undefined, incarnation: 0, terminating: false };
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
    const { clock, elector, plan, random, record, polls } = this.#stage;
    pod.incarnation += 1;
    Object.assign(pod, this.#born(pod.name, pod.index, pod.incarnation));
    pod.work = undefined;
    const { process } = pod;
    const { who } = process;
    record({ type: "replica", at: clock.now(), ...who, phase: "started", revision: REVISION });
    for (const gap of plan.observer.gaps)
      if (gap.replica === pod.index) {
        const event = gapEvent(who, gap, polls, plan.observer.lag);
        if (event.at > clock.now()) clock.at(event.at, () => record({ ...event, since: event.since }));
      }
    // Drawn from the pod's number, so that its settings outlive its processes.
    const own = rngOf(Math.imul(plan.seed, 7919) + pod.index);
    const [wall, slower] = [(own() * 2 - 1) * plan.wallSpread, 1 + own() * (plan.timingSpread - 1)];
    const { leaseDuration, renewDeadline, retryPeriod } = plan.timing;
    void elector(
      {
        podName: pod.name,
        election: this.#stage.object,
        timing: { leaseDuration: leaseDuration * slower, renewDeadline: renewDeadline * slower, retryPeriod },
        clock: {
          now: () => process.now(),
          wall: () => EPOCH + wall + clock.now(),
          sleep: (ms, signal) => process.sleep(ms, signal),
          after: (ms, act) => process.after(ms, act),
        },
        random,
        client: pod.gate.clientOf(process),
        duty: {
          claim: (token) => this.#says(pod, process, who, "claim", token),
          begin: (token) => {
            if (plan.actEvery === undefined || !process.alive) return Promise.resolve();
            pod.work = startWork(process, token, { ...this.#stage, every: plan.actEvery });
            return pod.work.begun;
          },
          end: () => pod.work?.end() ?? Promise.resolve(),
          disclaim: () => this.#says(pod, process, who, "disclaim"),
        },
      },
      process.terminated,
    ).then(
      () => process.alive && this.#gone(pod, 0, null),
      () => process.alive && this.#gone(pod, 2, null),
    );
  }

  #says(pod: Pod, process: SimulatedProcess, who: Incarnation, type: "claim" | "disclaim", token?: number): void {
    if (!process.alive) return;
    const { clock, beliefs, record } = this.#stage;
    if (type === "claim") beliefs.claim(incarnationKey(who), who, clock.now());
    else beliefs.over(incarnationKey(who), clock.now());
    const bounds = pod.channel.line(clock.now());
    if (bounds === undefined) return; // lost: a gap tells of it
    const said = { type, ...bounds, ...who, source: "stdout" as const, ...(token === undefined ? {} : { token }) };
    clock.at(bounds.at, () => record(said as HistoryEvent));
  }

  #exited(pod: Pod, code: number | null, signal: string | null): void {
    const { clock, beliefs, record } = this.#stage;
    const { process } = pod;
    void pod.work?.end();
    process.end();
    pod.gate.closed(process);
    beliefs.over(incarnationKey(process.who), clock.now());
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
