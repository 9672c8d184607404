import fc from "fast-check";
import { expect, test } from "vitest";
import type { Capability } from "../../../harness/core/cluster.ts";
import { clientGoProfile } from "../../../harness/core/elector.ts";
import type { ScheduledStep } from "../../../harness/core/scenario.ts";
import { seconds } from "../../../harness/core/time.ts";
import { allFaults } from "../../../harness/faults/index.ts";
import { drawSchedule, minimumFor } from "../../../harness/generators/schedule.ts";
import { readSchedule } from "../../../harness/runner/schedule-file.ts";
import everything from "../../../scenarios/everything.ts";

const timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) };
const draw = (seed: number, release = true, can: readonly Capability[] = []) =>
  drawSchedule(everything, { profile: clientGoProfile, release, replicas: 3 }, timing, seed, new Set(can));
const many = Array.from({ length: 1500 }, (_, seed) => draw(seed));
const injected = (steps: readonly { readonly kind: string }[]) =>
  steps.filter((step): step is Extract<ScheduledStep, { kind: "inject" }> => step.kind === "inject");

test("the same seed draws the same schedule, and almost every seed one of its own", () => {
  const same = fc.property(fc.nat(), (seed) => {
    expect(draw(seed)).toEqual(draw(seed));
  });
  fc.assert(same, { numRuns: 50 });
  expect(new Set(many.map((schedule) => JSON.stringify(schedule))).size).toBeGreaterThan(many.length * 0.95);
});

test("every fault is drawn, every moment, rollouts and faults beside each other", () => {
  const steps = many.flatMap((schedule) => injected(schedule));
  const ofAControlPlane = Array.from({ length: 300 }, (_, seed) =>
    injected(draw(seed, true, ["etcd", "nodes", "unplug", "network", "netem", "machines"])),
  ).flat();
  const names = allFaults.map((fault) => fault.definition.name);
  expect(new Set([...steps, ...ofAControlPlane].map((step) => step.fault))).toEqual(new Set(names));
  // A seed that was told of an embedded cluster draws there what it always drew.
  expect(many.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, seed) => draw(seed, true, ["nodes"])));
  expect(new Set(steps.flatMap((step) => step.when?.moment ?? []))).toEqual(
    new Set(["write", "between-read-and-write", "release", "acquired"]),
  );
  expect(steps.some((step) => step.until === "acquired")).toBe(true);
  expect(steps.some((step) => step.beside !== undefined)).toBe(true);
  expect(many.some((schedule) => schedule.some((step) => step.kind === "rollout"))).toBe(true);
  expect(new Set(many.map(([start]) => start.replicas))).toEqual(new Set([1, 2, 3, 4, 5]));
});

test("nothing is drawn that cannot land", () => {
  for (const schedule of many) {
    const [{ replicas }, ...steps] = schedule;
    for (const step of injected(steps)) {
      if (replicas === 1) expect(step.parameters["target"]).not.toBe("standby");
      if (step.fault === "scale") expect(step.parameters["to"]).not.toBe(replicas);
      if (step.parameters["target"] === "subject") expect(step.when).toBeDefined();
    }
  }
  const unreleased = Array.from({ length: 500 }, (_, seed) => draw(seed, false));
  for (const schedule of unreleased)
    for (const step of injected(schedule)) expect(step.when?.moment).not.toBe("release");
});

test("a schedule is the same after run.json, and asks for all of its faults", () => {
  for (const schedule of many) {
    expect(readSchedule(JSON.parse(JSON.stringify(schedule)), "run.json", "schedule")).toEqual(schedule);
    const faults = injected(schedule);
    const least = minimumFor(everything, schedule);
    expect(least.faults).toBe(faults.length + faults.filter((step) => step.when?.by !== undefined).length);
    expect(least.terms).toBeGreaterThan(least.takeovers);
  }
});

const broken: readonly (readonly [name: string, change: (schedule: unknown[]) => unknown, field: RegExp])[] = [
  ["no start", (schedule) => schedule.slice(1), /^trials\[0\]\.schedule\[0\]/],
  ["a step of a scenario", (schedule) => [...schedule, { step: 1, kind: "inject" }], /schedule\[\d+\]\.fault/],
  ["an unknown fault", (schedule) => [...schedule, { kind: "inject", fault: "x", parameters: {}, ms: 1 }], /\.fault$/],
  [
    "a target that is none",
    (schedule) => [...schedule, { kind: "inject", fault: "kill", parameters: { target: "boss" }, ms: 1 }],
    /\.parameters\.target$/,
  ],
  ["a time before zero", (schedule) => [...schedule, { kind: "settle", ms: -1 }], /\.ms$/],
];
test.each(broken)("%s is refused by its field", (_name, change, field) => {
  const read = () => readSchedule(change([...draw(1)]), "run.json", "trials[0].schedule");
  expect(read).toThrow(expect.objectContaining({ where: { file: "run.json", field: expect.stringMatching(field) } }));
});
