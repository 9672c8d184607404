import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../../harness/core/errors.ts";
import { runJson } from "../../../harness/report/json.ts";
import { historyFiles, readHistory, readRun } from "../../../harness/runner/read-run.ts";
import { syntheticRun } from "../report/synthetic.ts";
import { runOf, temporary, writeRunFolder } from "./recorded-run.ts";

const whole = runOf(0, 1);
const [trial] = whole.trials;
const without = (field: string): unknown =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field));
const withTrial = (change: object): unknown => ({ ...whole, trials: [{ ...trial, ...change }] });

/** What reading throws; it must be of the user's input. */
function refusal(read: () => unknown): InputError {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error("it was read");
}

test.each<[string, unknown, string | undefined]>([
  ["nothing", null, undefined],
  ["a list", [], undefined],
  ["another format", { ...whole, format: "interregnum.run/9" }, "format"],
  ["no list of trials", { ...whole, trials: null }, "trials"],
  ["an object for the trials", { ...whole, trials: {} }, "trials"],
  ["a trial that is none", { ...whole, trials: [null] }, "trials[0]"],
  ["no environment", without("environment"), "environment"],
  ["no measures", without("measures"), "measures"],
  ["no scenario", without("scenario"), "scenario"],
  ["a verdict of its own", { ...whole, verdict: "great" }, "verdict"],
  ["a trial with a verdict of its own", withTrial({ verdict: "great" }), "trials[0].verdict"],
  ["a trial whose number is a path", withTrial({ index: "../../loot" }), "trials[0].index"],
  ["a trial with half a number", withTrial({ index: 0.5 }), "trials[0].index"],
  ["a trial before the first", withTrial({ index: -1 }), "trials[0].index"],
  ["a trial without a seed", withTrial({ seed: undefined }), "trials[0].seed"],
  ["a property without a name", withTrial({ properties: [{ verdict: "pass" }] }), "trials[0].properties[0].name"],
  ["a measure that is no list", withTrial({ measures: { failoverMs: 7 } }), "trials[0].measures.failoverMs"],
  ["a minimal schedule without a rate", withTrial({ minimal: { schedule: [] } }), "trials[0].minimal.failed"],
])("a run.json that holds %s is refused by its file and field", (_what, run, field) => {
  using folder = temporary();
  writeRunFolder(folder.path, run);
  const { where, mend } = refusal(() => readRun(folder.path));
  expect(where).toEqual({ file: join(folder.path, "run.json"), ...(field === undefined ? {} : { field }) });
  expect(mend).toBeDefined();
});

test("what is not known of a run.json is kept, an open bound is read as one", () => {
  using folder = temporary();
  const { run } = syntheticRun([{ kind: "fail" }, { kind: "hazard", index: 1 }]);
  writeRunFolder(folder.path, { ...run, newer: { field: 1 }, trials: run.trials.map((one) => ({ ...one, also: 2 })) });
  const read = readRun(folder.path) as unknown as { newer: unknown; trials: readonly { also: unknown }[] };
  expect(read.newer).toEqual({ field: 1 });
  expect(read.trials.map(({ also }) => also)).toEqual([2, 2]);
  const again = JSON.parse(runJson(read as never)) as { trials: readonly object[] };
  expect(again).toMatchObject(JSON.parse(runJson(run)) as object);
  writeRunFolder(folder.path, withTrial({ measures: { failoverMs: [Infinity] } }));
  expect(readRun(folder.path).trials[0]?.measures).toEqual({ failoverMs: [Infinity] });
});

test("a run as CONTRACT.md shows it is read", () => {
  using folder = temporary();
  const shown = {
    format: "interregnum.run/1",
    scenario: "rolling-update",
    elector: "reference",
    cluster: "embedded",
    seed: 7,
    verdict: "pass",
    trials: [
      {
        index: 0,
        seed: 7,
        verdict: "pass",
        schedule: [],
        properties: [{ name: "at-most-one-leader", verdict: "pass", witnesses: [] }],
        hazards: [],
        measures: { failoverMs: [812.4] },
      },
    ],
    measures: {},
    environment: {},
    replay: "npm run scenario rolling-update -- --seed 7",
  };
  writeFileSync(join(folder.path, "run.json"), JSON.stringify(shown));
  expect(readRun(folder.path).trials[0]).toMatchObject({ index: 0, notJudged: [], censored: {} });
});

test("a trial of run.json without its history is no run to judge: it is named", () => {
  using folder = temporary();
  writeRunFolder(folder.path, whole, [0]);
  const { message, where } = refusal(() => historyFiles(folder.path));
  expect(message).toMatch(/trial 1 has no history/);
  expect(where.file).toBe(join(folder.path, "trials", "1", "history.jsonl"));
});

test("without a run.json, as a killed run leaves its folder, what there is of histories is judged", () => {
  using folder = temporary();
  writeRunFolder(folder.path, whole, [0, 7]);
  rmSync(join(folder.path, "run.json"));
  expect(historyFiles(folder.path)).toHaveLength(2);
});

test("a history that cannot be read is the user's to mend, whatever it is", () => {
  using folder = temporary();
  const file = join(folder.path, "history.jsonl");
  mkdirSync(file);
  expect(refusal(() => readHistory(file)).where.file).toBe(file);
  expect(refusal(() => readHistory(join(folder.path, "none.jsonl"))).where.file).toMatch(/none\.jsonl$/);
});

test("a run.json that is a folder is refused", () => {
  using folder = temporary();
  mkdirSync(join(folder.path, "run.json"));
  expect(refusal(() => readRun(folder.path)).where.file).toBe(join(folder.path, "run.json"));
});
