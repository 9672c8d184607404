import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SIMULATED, workplace } from "./simulated.ts";

const FAILS = ["--elector", "reference+watch-only", "--trials", "2", ...SIMULATED];

test("every failing trial of a written scenario carries how often it failed again, and can be replayed", async () => {
  using here = workplace();
  const { code, stdout } = await here.interregnum("run", "kill-leader", ...FAILS, "--out", "run");
  expect(code).toBe(1);
  const { trials } = here.runDocument("run");
  expect(trials.map(({ minimal }) => minimal)).toEqual(trials.map(({ schedule }) => ({ schedule, failed: 3, of: 3 })));
  expect(stdout).toMatch(/again {2}trial 0: run again as it was: failed 3 times of 3\n +trial 1: run again/);
  for (const { index } of trials)
    expect(existsSync(join(here.path, "run", "trials", String(index), "minimal", "history.jsonl"))).toBe(true);
  expect((await here.interregnum("replay", "run", "--minimal", "--trial", "1", "--out", "again")).code).toBe(1);
});

test("without time for it nothing is claimed; told not to, nothing is said", async () => {
  using here = workplace();
  const hasty = await here.interregnum("run", "kill-leader", ...FAILS, "--shrink", "1ms", "--out", "hasty");
  expect([hasty.code, hasty.stdout]).toEqual([1, expect.stringMatching(/again {2}trial 0: not run again: .*--shrink/)]);
  for (const trial of here.runDocument("hasty").trials) {
    expect(trial).not.toHaveProperty("minimal");
    expect(trial.notShrunk).toMatch(/in time/);
  }
  const bare = await here.interregnum("run", "kill-leader", ...FAILS, "--no-shrink", "--out", "bare");
  expect([bare.code, bare.stdout]).toEqual([1, expect.not.stringMatching(/\bagain\b/)]);
  for (const trial of here.runDocument("bare").trials)
    expect([trial.minimal, trial.notShrunk]).toEqual([undefined, undefined]);
});

test("of a generated scenario the first failing trial is shrunk, and the others are run again", async () => {
  using here = workplace();
  const args = ["--elector", "reference+no-deadline", "--trials", "6", "--cluster", "simulation", "--seed", "40"];
  expect((await here.interregnum("run", "everything", ...args, "--shrink", "60s", "--out", "run")).code).toBe(1);
  const failing = here.runDocument("run").trials.filter(({ verdict }) => verdict === "fail");
  expect(failing.length).toBeGreaterThan(1);
  for (const { minimal } of failing) expect(minimal?.of).toBeGreaterThan(0);
  const [first, ...others] = failing;
  expect(first!.minimal!.schedule.length).toBeLessThanOrEqual(first!.schedule.length);
  for (const { minimal, schedule } of others) expect(minimal!.schedule).toEqual(schedule);
});
