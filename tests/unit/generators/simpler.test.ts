import fc from "fast-check";
import { expect, test } from "vitest";
import { clientGoProfile } from "../../../harness/core/elector.ts";
import type { Schedule } from "../../../harness/core/scenario.ts";
import { seconds } from "../../../harness/core/time.ts";
import { drawSchedule } from "../../../harness/generators/schedule.ts";
import { simpler } from "../../../harness/generators/simpler.ts";
import { readSchedule } from "../../../harness/runner/schedule-file.ts";
import { type Rate, shrink } from "../../../harness/runner/shrink.ts";
import everything from "../../../scenarios/everything.ts";

const timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) };
const elector = { profile: clientGoProfile, release: true, replicas: 3 };
const schedules = fc.nat().map((seed) => drawSchedule(everything, elector, timing, seed));
const faults = (schedule: Schedule): readonly string[] =>
  schedule.flatMap((step) => (step.kind === "inject" ? [step.fault] : []));

test("what is simpler is a schedule, none is the same, and always taking the last one comes to an end", () => {
  const ends = fc.property(schedules, (drawn) => {
    let schedule = drawn;
    for (let taken = 0; ; taken += 1) {
      const candidates = [...simpler(schedule, timing)];
      const texts = candidates.map((candidate) => JSON.stringify(candidate));
      expect(new Set([...texts, JSON.stringify(schedule)]).size).toBe(candidates.length + 1);
      for (const candidate of candidates) readSchedule(JSON.parse(JSON.stringify(candidate)), "run.json", "schedule");
      expect(taken).toBeLessThan(100);
      if (candidates.length === 0) return;
      schedule = candidates.at(-1)!;
    }
  });
  fc.assert(ends, { numRuns: 200 });
});

test("no simpler schedule aims at a standby where there is none, or at a subject without a moment", () => {
  const aimed = fc.property(schedules, (drawn) => {
    for (const [{ replicas }, ...steps] of simpler(drawn, timing))
      for (const step of steps)
        if (step.kind === "inject") {
          if (step.parameters["target"] === "standby") expect(replicas).toBeGreaterThan(1);
          if (step.parameters["target"] === "subject") expect(step.when).toBeDefined();
        }
  });
  fc.assert(aimed, { numRuns: 200 });
});

/** Fails as often as `of` says of the schedule; counts what was run. */
const machine = (of: (schedule: Schedule) => boolean, runs = Infinity) => {
  let [left, told] = [runs, 0];
  return {
    told: () => told,
    say: () => void (told += 1),
    attempt: async (schedule: Schedule, times: number): Promise<Rate | undefined> => {
      left -= times;
      return left < 0 ? undefined : { failed: of(schedule) ? times : 0, of: times };
    },
  };
};
const fatal = (fault: string) => (schedule: Schedule) => faults(schedule).includes(fault);
const rich = Array.from({ length: 4000 }, (_, seed) => drawSchedule(everything, elector, timing, seed)).find(
  (schedule) => faults(schedule).length >= 4 && faults(schedule).filter((name) => name === "pause").length === 1,
)!;

test("a schedule that fails by one fault is shrunk to it, with one replica where that is enough, in whole retry periods", async () => {
  const minimal = (await shrink(rich, timing, machine(fatal("pause"))))!;
  expect(faults(minimal.schedule)).toEqual(["pause"]);
  for (const step of minimal.schedule) if (step.kind !== "start") expect(step.ms % timing.retryPeriod).toBe(0);
  expect(minimal.schedule[0].replicas).toBeLessThanOrEqual(2);
  expect(minimal).toMatchObject({ failed: 10, of: 10 });
});

test("every step is confirmed: what fails less than half as often is not taken", async () => {
  let [asked, failures] = [0, 0];
  const minimal = await shrink(rich, timing, {
    say: () => {},
    attempt: async (schedule, times) => {
      asked += times;
      // without the others it fails once in four runs
      const failed = faults(schedule).length === faults(rich).length ? times : 1;
      failures += failed;
      return { failed, of: times };
    },
  });
  expect(faults(minimal!.schedule)).toEqual(faults(rich));
  expect(asked).toBeGreaterThan(failures);
});

test("one that does not fail again is not shrunk, and its rate says so; the failure that was found is none again", async () => {
  expect(
    await shrink(
      rich,
      timing,
      machine(() => false),
    ),
  ).toEqual({ schedule: rich, failed: 0, of: 4 });
});

test("when the budget is used up, the simplest one so far is returned with its rate", async () => {
  const attempts = machine(fatal("pause"), 12);
  const minimal = (await shrink(rich, timing, attempts))!;
  expect(faults(minimal.schedule).length).toBeLessThanOrEqual(faults(rich).length);
  expect(minimal.failed).toBeGreaterThan(0);
  expect(attempts.told()).toBe(3);
  expect(await shrink(rich, timing, machine(fatal("pause"), 0))).toBeUndefined();
});
