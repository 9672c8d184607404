import { expect, test } from "vitest";
import { clientGoProfile, type Elector } from "../../../harness/core/elector.ts";
import type { FaultEvent, HistoryEvent } from "../../../harness/core/events.ts";
import { HarnessError } from "../../../harness/core/errors.ts";
import type { ScheduledStep } from "../../../harness/core/scenario.ts";
import { millis } from "../../../harness/core/time.ts";
import { runSteps } from "../../../harness/runner/steps.ts";
import { MemoryCluster } from "../faults/memory-cluster.ts";

function stageOf(cluster: MemoryCluster) {
  const events: HistoryEvent[] = [];
  const faults = () => events.filter((event): event is FaultEvent => event.type === "fault");
  const recorder = {
    events,
    now: () => cluster.time.now(),
    since: () => cluster.time.now(),
    record: (event: HistoryEvent) => void events.push(event),
  };
  return {
    stage: {
      cluster,
      elector: { profile: clientGoProfile } as Elector,
      timing: cluster.timing,
      replicas: 3,
      recorder,
      failure: () => undefined,
      words: () => undefined,
      say: () => {},
    },
    phases: () => faults().map(({ id, phase }) => `${id} ${phase}`),
    targets: (id: string, phase: FaultEvent["phase"]) =>
      faults().find((event) => event.id === id && event.phase === phase)?.targets ?? [],
  };
}

const pauseLeader: ScheduledStep = {
  kind: "inject",
  fault: "pause",
  parameters: { target: "leader" },
  ms: millis(1500),
};
const killStandby: ScheduledStep = {
  kind: "inject",
  fault: "kill",
  parameters: { target: "standby" },
  ms: millis(0),
  beside: millis(10),
};

test("a step beside another begins when that one is in force, and ends while it holds", async () => {
  const { stage, phases } = stageOf(new MemoryCluster(3));
  await runSteps(stage, [pauseLeader, killStandby], new AbortController().signal);
  expect(phases()).toEqual([
    "pause-0 inject",
    "pause-0 landed",
    "kill-1 inject",
    "kill-1 landed",
    "kill-1 heal",
    "kill-1 healed",
    "pause-0 heal",
    "pause-0 healed",
  ]);
});

test("without it they come one after another", async () => {
  const { stage, phases } = stageOf(new MemoryCluster(3));
  const { beside: _, ...after } = killStandby;
  await runSteps(stage, [pauseLeader, after], new AbortController().signal);
  expect(phases().indexOf("pause-0 healed")).toBeLessThan(phases().indexOf("kill-1 inject"));
});

test("one beside a fault that does not land is injected all the same", async () => {
  const { stage, phases } = stageOf(new MemoryCluster(3, "pause"));
  await runSteps(stage, [pauseLeader, killStandby], new AbortController().signal);
  expect(phases()).toContain("pause-0 unproven");
  expect(phases()).toContain("kill-1 landed");
});

test("a failure of the harness heals what holds beside it, and is told", async () => {
  const cluster = new MemoryCluster(3);
  const { stage, phases } = stageOf(cluster);
  cluster.kill = () => Promise.reject(new HarnessError("no such pod"));
  const work = runSteps(stage, [{ ...pauseLeader, ms: millis(60_000) }, killStandby], new AbortController().signal);
  await expect(work).rejects.toThrow("no such pod");
  expect(phases().slice(-2)).toEqual(["pause-0 heal", "pause-0 healed"]);
  expect(cluster.frozen.size).toBe(0);
});

test("who comes while the API is down is among those that were cut off", async () => {
  const cluster = new MemoryCluster(3);
  const { stage, targets } = stageOf(cluster);
  const apiDown: ScheduledStep = { kind: "inject", fault: "api-down", parameters: {}, ms: millis(1500) };
  await runSteps(stage, [apiDown, killStandby], new AbortController().signal);
  const come = cluster.replicas().filter(({ replica }) => !targets("api-down-0", "inject").includes(replica));
  expect(come.length).toBe(1);
  expect(targets("api-down-0", "healed")).toContain(come[0]!.replica);
});
