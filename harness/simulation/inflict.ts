import type { Disturbance } from "../core/disturbance.ts";
import type { FaultEffect, FaultEvent } from "../core/events.ts";
import { millis } from "../core/time.ts";
import type { SimulatedFault } from "./plan.ts";
import type { Pod, Replicas, Stage } from "./replicas.ts";

const effects = {
  kill: "end",
  evict: "end",
  restart: "end",
  pause: "pause",
  starve: "none",
  blackhole: "cut",
  refuse: "cut",
  "slow-request": "delay",
  "slow-reply": "delay",
  status: "api",
  "lose-reply": "api",
  "delete-record": "record",
} as const satisfies Record<SimulatedFault["kind"], FaultEffect>;

function disturbanceOf(fault: SimulatedFault): Disturbance {
  const match = fault.writesOnly ? { verbs: ["create", "update", "patch"] as const } : {};
  const times = fault.times === undefined ? {} : { times: fault.times };
  const delay = millis(fault.delay ?? 0);
  switch (fault.kind) {
    case "blackhole":
    case "refuse":
      return { kind: fault.kind };
    case "slow-request":
      return { kind: "latency", match, before: delay, after: millis(0) };
    case "slow-reply":
      return { kind: "latency", match, before: millis(0), after: delay };
    case "status":
      return { kind: "status", match, status: fault.status ?? 500, ...times };
    default:
      return { kind: "lose-reply", match, ...times };
  }
}

/** Inflicts one fault of the plan now, on whom it is aimed at, and records its life; whom nobody is, nothing happens. */
export function inflict(stage: Stage, replicas: Replicas, fault: SimulatedFault, id: string): void {
  const { clock, record } = stage;
  const living = replicas.living();
  const victim = fault.target === "leader" ? (replicas.leader() ?? living[0]) : living[fault.target % living.length];
  if (victim === undefined) return;
  const pod: Pod = victim;
  const { process } = pod;
  const tell = (phase: FaultEvent["phase"]): void =>
    record({
      type: "fault",
      at: clock.now(),
      id,
      fault: fault.kind,
      phase,
      targets: [pod.name],
      effect: effects[fault.kind],
    });
  const over = (): void => {
    tell("landed");
    tell("heal");
    tell("healed");
  };
  const held = (lift: () => void): void => {
    tell("landed");
    clock.after(fault.hold, () => {
      tell("heal");
      lift();
      tell("healed");
    });
  };
  switch (fault.kind) {
    case "starve": {
      const since = clock.now();
      process.pause();
      // No fault of ours: contention, measured as the run delay of the process for as long as there is one.
      const measured = process.untilEnd(() =>
        record({ type: "stall", who: process.who, since, at: clock.now(), ms: millis(clock.now() - since) }),
      );
      clock.after(fault.hold, () => {
        process.resume();
        measured();
      });
      return;
    }
    case "kill":
    case "restart":
      tell("inject");
      replicas[fault.kind](pod);
      return over();
    case "evict":
      tell("inject");
      return replicas.evict(pod, over);
    case "pause":
      tell("inject");
      process.pause();
      return held(() => process.resume());
    case "delete-record":
      tell("inject");
      stage.deleteRecord(id);
      return over();
    case "blackhole":
    case "refuse":
    case "slow-request":
    case "slow-reply":
    case "status":
    case "lose-reply": {
      const onPath = fault.kind === "blackhole" || fault.kind === "refuse";
      tell("inject");
      const active = pod.gate.disturb(disturbanceOf(fault), id);
      if (onPath) return held(() => active.lift()); // the path itself is the proof
      let landed = false;
      const land = (): void => {
        if (!landed) tell("landed");
        landed = true;
      };
      // Nothing aborts this wait; a signal that outlived the trial would keep all of it.
      void active.hit(new AbortController().signal).then(land);
      clock.after(fault.hold, () => {
        if (active.hits() === 0) tell("unproven");
        else land();
        tell("heal");
        active.lift();
        tell("healed");
      });
      return;
    }
    default:
      throw fault.kind satisfies never;
  }
}
