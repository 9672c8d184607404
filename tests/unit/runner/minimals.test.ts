import { expect, test } from "vitest";
import type { TrialDocument } from "../../../harness/core/run.ts";
import type { Schedule } from "../../../harness/core/scenario.ts";
import { millis, seconds, type Millis } from "../../../harness/core/time.ts";
import type { Again } from "../../../harness/runner/again.ts";
import { ALL_REPEATS, minimalsOf, REPEATS, repeatsOf } from "../../../harness/runner/minimals.ts";
import { syntheticRun } from "../report/synthetic.ts";

const timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) };
const LASTED = seconds(10);

const schedule: Schedule = [
  { kind: "start", replicas: 3, strategy: { type: "Recreate" } },
  { kind: "settle", ms: millis(500) },
  { kind: "inject", fault: "kill", parameters: { target: "leader" }, ms: millis(1500) },
  { kind: "settle", ms: millis(500) },
  { kind: "inject", fault: "pause", parameters: { target: "leader" }, ms: millis(2500) },
  { kind: "settle", ms: millis(500) },
];

const trials = (failing: number): readonly TrialDocument[] =>
  syntheticRun(
    ["pass", ...Array<"fail">(failing).fill("fail")].map((kind) => ({ kind: kind as "pass" | "fail" })),
  ).run.trials.map((trial) => ({ ...trial, schedule }));

/** A machine on which runs take LASTED each, whatever runs beside them; `cutAfter`: Ctrl-C in that run. */
function machine(fails: (trial: number, run: number) => boolean = () => true, cutAfter = Infinity) {
  let now: Millis = millis(0);
  const runs: { readonly trial: number; readonly schedule: Schedule; readonly ends: Millis }[] = [];
  const kept: number[] = [];
  const again: Again = {
    fits: (until) => runs.length < cutAfter && now + LASTED <= until,
    async once(trial, given, begun) {
      const ends = millis(now + LASTED);
      runs.push({ trial: trial.index, schedule: given, ends });
      const run = runs.length;
      begun();
      await new Promise((resolve) => setImmediate(resolve));
      now = millis(Math.max(now, ends));
      return run >= cutAfter ? undefined : fails(trial.index, run);
    },
    keep: ({ index }) => void kept.push(index),
  };
  const ask = (documents: readonly TrialDocument[], budget: Millis, more: { shrinks?: boolean; width?: number } = {}) =>
    minimalsOf(documents, again, {
      timing,
      now: () => now,
      budget,
      width: 4,
      lasted: LASTED,
      shrinks: false,
      note: () => {},
      ...more,
    });
  return { ask, runs, kept };
}

test("a failing trial of a written scenario is run again as it was, and how often it failed again is counted", async () => {
  const { ask, runs, kept } = machine((_trial, run) => run !== 2);
  const [document, ...others] = await ask(trials(1), seconds(300));
  expect(others).toEqual([]);
  expect(document).toMatchObject({ index: 1, minimal: { schedule, failed: REPEATS - 1, of: REPEATS } });
  expect(runs.every((run) => run.schedule === schedule)).toBe(true);
  expect(kept).toEqual([1]);
});

test("every failing trial is, side by side, and fewer times each where many failed", async () => {
  for (const failing of [2, 5, 12, 30]) {
    const { ask, runs } = machine();
    const documents = await ask(trials(failing), seconds(3000));
    expect(documents.map(({ minimal }) => minimal?.of)).toEqual(Array(failing).fill(repeatsOf(failing)));
    expect(runs.length).toBeLessThanOrEqual(Math.max(ALL_REPEATS, failing));
  }
});

test("no run is begun that would end after the budget; each trial has its turn before one has a second", async () => {
  const { ask, runs } = machine();
  const documents = await ask(trials(3), seconds(25), { width: 1 });
  expect(runs.map(({ trial }) => trial)).toEqual([1, 2]);
  expect(Math.max(...runs.map(({ ends }) => ends))).toBeLessThanOrEqual(seconds(25));
  expect(documents.map(({ minimal }) => minimal?.of)).toEqual([1, 1, undefined]);
  expect(documents[2]?.notShrunk).toMatch(/--shrink/);
});

test("without time for one run nothing is claimed, and it is said", async () => {
  for (const shrinks of [true, false]) {
    const { ask, runs } = machine();
    const [document] = await ask(trials(1), seconds(9), { shrinks });
    expect([document?.minimal, document?.notShrunk]).toEqual([undefined, expect.stringMatching(/in time/)]);
    expect(runs).toEqual([]);
  }
});

test("a run that Ctrl-C cut counts for nothing", async () => {
  const { ask } = machine(() => true, 2);
  const [document] = await ask(trials(1), seconds(300), { width: 1 });
  expect(document?.minimal).toEqual({ schedule, failed: 1, of: 1 });
});

test("of a generated scenario the first failing trial is shrunk, and time is kept back for the others", async () => {
  const { ask, runs } = machine();
  const [first, ...others] = await ask(trials(3), seconds(60), { shrinks: true });
  expect(first?.minimal?.schedule.length).toBeLessThan(schedule.length);
  expect(others.map(({ minimal }) => minimal)).toEqual([1, 2].map(() => ({ schedule, failed: 3, of: 3 })));
  expect(Math.max(...runs.map(({ ends }) => ends))).toBeLessThanOrEqual(seconds(60));
});

test("where there is time for little it goes to the one that is shrunk, first of all to the runs of it as it was", async () => {
  const { ask } = machine();
  const documents = await ask(trials(3), seconds(12), { shrinks: true });
  expect(documents.map(({ minimal }) => minimal?.of)).toEqual([4, undefined, undefined]);
});

test("where time ends amid the first runs of one that is shrunk, those that ended are its rate", async () => {
  const { ask } = machine();
  const [first] = await ask(trials(1), seconds(25), { shrinks: true, width: 1 });
  expect(first?.minimal).toEqual({ schedule, failed: 2, of: 2 });
});
