import { describe, expect, test } from "vitest";
import type { PropertyResult } from "../../harness/core/verdict.ts";
import { interregnum, runDocument, temporary } from "./cli.ts";

/** Each sin with a scenario that brings it out, the property that names it, and the trials that it may take. */
const sins: readonly (readonly [mutant: string, scenario: string, property: string, trials: number])[] = [
  ["no-precondition", "pause-leader", "conditional-writes", 1],
  ["claim-before-write", "kill-leader", "claim-backed-by-record", 1],
  ["no-deadline", "partition-leader", "at-most-one-leader", 1],
  ["release-before-stop", "evict-leader", "release-then-quiet", 1],
  ["work-outlives-loss", "partition-leader", "at-most-one-effect", 1],
  // its sin shows where the replicas' wall clocks happen to lie far enough apart
  ["trust-remote-clock", "kill-leader", "no-early-takeover", 6],
  ["constant-identity", "calm", "at-most-one-leader", 1],
  ["release-unchecked", "rolling-update-ha", "foreign-record", 4],
  ["transitions-wrong", "calm", "record-well-formed", 1],
  ["endpoint-after-loss", "partition-leader", "endpoint-agreement", 2],
  ["one-shot", "partition-leader", "rejoin", 1],
  ["adopt-on-restart", "same-identity-restart", "claim-backed-by-record", 1],
  ["first-error-steps-down", "flaky-api", "stability", 2],
];

describe.concurrent("every mutant is convicted by the property that names its sin", () => {
  test.each(sins)("%s under %s: %s", { timeout: 300_000 }, async (mutant, scenario, property, trials) => {
    using folder = temporary();
    const args = ["run", scenario, "--elector", `reference+${mutant}`, "--trials", String(trials), "--seed", "7"];
    const { code, stdout } = await interregnum(...args, "--no-shrink", "--out", folder.path);
    expect(code, stdout).toBe(1);
    const failed = runDocument(folder.path).trials.filter((trial) => trial.verdict === "fail");
    const named = failed.find((trial) => trial.properties[0]?.name === property);
    // where there are several trials, another failure may come first in some: it too is a deed of the same sin
    const naming = trials > 1 ? failed.find((trial) => failures(trial.properties).includes(property)) : named;
    expect(naming, stdout).toBeDefined();
    const result = naming?.properties.find((one) => one.name === property);
    const witness = result?.witnesses[0];
    expect(witness?.evidence.length).toBeGreaterThanOrEqual(3);
    if (property === "at-most-one-leader" || property === "at-most-one-effect") {
      expect(new Set(witness?.incarnations).size).toBe(2);
      expect(witness?.overlap?.least).toBeGreaterThan(0);
      expect(witness?.overlap?.most).toBeGreaterThanOrEqual(witness?.overlap?.least ?? Infinity);
    }
    const again = await interregnum("recheck", folder.path, "-o", "json");
    expect(again.code).toBe(1);
    const judged = JSON.parse(again.stdout) as { trials: { trial: number; properties: PropertyResult[] }[] };
    const rejudged = judged.trials.find((trial) => trial.trial === naming?.index);
    expect(failures(rejudged?.properties ?? [])).toEqual(failures(naming?.properties ?? []));
  });
});

const failures = (properties: readonly PropertyResult[]): readonly string[] =>
  properties.filter((property) => property.verdict === "fail").map((property) => property.name);
