import { describe, expect, test } from "vitest";
import { interregnum, runDocument, temporary } from "./cli.ts";

/** Each sin with a scenario that brings it out and the property that names it. */
const sins: readonly (readonly [mutant: string, scenario: string, property: string])[] = [
  ["no-precondition", "pause-leader", "at-most-one-leader"],
  ["claim-before-write", "kill-leader", "claim-backed-by-record"],
  ["no-deadline", "partition-leader", "at-most-one-leader"],
  ["release-before-stop", "evict-leader", "release-then-quiet"],
  ["work-outlives-loss", "partition-leader", "at-most-one-effect"],
  ["trust-remote-clock", "calm", "at-most-one-leader"],
  ["constant-identity", "calm", "at-most-one-leader"],
  ["one-shot", "partition-leader", "rejoin"],
];

describe.concurrent("every mutant is convicted by the property that names its sin", () => {
  test.each(sins)("%s under %s: %s", { timeout: 180_000 }, async (mutant, scenario, property) => {
    using folder = temporary();
    const args = ["run", scenario, "--elector", `reference+${mutant}`, "--trials", "3", "--seed", "7"];
    const { code, stdout } = await interregnum(...args, "--out", folder.path);
    expect(code, stdout).toBe(1);
    const failed = runDocument(folder.path).trials.find((trial) => trial.verdict === "fail");
    const first = failed?.properties[0];
    expect(first?.name).toBe(property);
    expect(first?.verdict).toBe("fail");
    const witness = first?.witnesses[0];
    expect(witness?.evidence.length).toBeGreaterThanOrEqual(3);
    if (property === "at-most-one-leader") {
      expect(new Set(witness?.incarnations).size).toBe(2);
      expect(witness?.overlap?.most).toBeGreaterThanOrEqual(witness?.overlap?.least ?? Infinity);
    }
    const again = await interregnum("recheck", folder.path, "-o", "json");
    expect(again.code).toBe(1);
    const judged = JSON.parse(again.stdout) as { trials: { trial: number; properties: { name: string }[] }[] };
    expect(judged.trials.find((trial) => trial.trial === failed?.index)?.properties[0]?.name).toBe(property);
  });
});
