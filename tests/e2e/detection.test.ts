import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Row } from "../../tools/detection/tally.ts";
import { temporary } from "./cli.ts";
import { detection } from "./detection.ts";

test("the whole matrix holds in virtual time", { timeout: 480_000 }, async () => {
  using folder = temporary();
  const asked = ["--cluster", "simulation", "--sweeps", "1", "--jobs", "2", "--out", folder.path, "-o", "json"];
  const { code, stdout, stderr } = await detection(...asked);
  expect(code, stderr).toBe(0);
  const { rows } = JSON.parse(stdout) as { rows: readonly Row[] };
  const mutants = rows.filter(({ kind }) => kind === "mutant");
  expect(mutants.length).toBeGreaterThanOrEqual(24);
  expect(mutants.filter(({ outcome }) => outcome !== "convicted")).toEqual([]);
});

const MUTANTS = ["no-precondition", "adopt-on-restart", "stop-twice", "no-jitter"];
const SCENARIOS = ["calm", "kill-leader", "evict-leader", "same-identity-restart"];

test(
  "a slice of the matrix holds: mutants rightly convicted, right electors acquitted",
  { timeout: 480_000 },
  async () => {
    using folder = temporary();
    const asked = ["--mutants", MUTANTS.join(","), "--scenarios", SCENARIOS.join(","), "--sweeps", "1", "--seed", "3"];
    const { code, stdout, stderr } = await detection(...asked, "--out", folder.path, "-o", "json");
    expect(code, stderr).toBe(0);
    const { rows, faults } = JSON.parse(stdout) as { rows: readonly Row[]; faults: readonly string[] };
    expect(faults).toEqual([]);
    const outcomes = new Map(rows.map((row) => [row.elector, row.outcome]));
    expect(outcomes.get("reference")).toBe("acquitted");
    expect(outcomes.get("reference+no-jitter")).toBe("acquitted");
    expect(rows.filter(({ kind }) => kind === "mutant").map(({ outcome }) => outcome)).not.toContain("escaped");
    expect(existsSync(join(folder.path, "detection.json"))).toBe(true);
  },
);

test("a matrix that does not hold is a failure, and says why", { timeout: 240_000 }, async () => {
  using folder = temporary();
  const asked = ["--mutants", "release-before-stop", "--scenarios", "calm", "--sweeps", "1", "--budget", "1"];
  const { code, stdout, stderr } = await detection(...asked, "--out", folder.path);
  expect(code, stderr).toBe(1);
  expect(stderr).toContain("reference+release-before-stop escaped");
  expect(stdout).toContain("| release-before-stop | **escaped** |");
});

test("bad input is told before anything starts", async () => {
  const unknown = await detection("--mutants", "no-such-sin");
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('no mutant "no-such-sin"')]);
  const scenario = await detection("--scenarios", "clam");
  expect([scenario.code, scenario.stderr]).toEqual([3, expect.stringContaining('did you mean "calm"')]);
});
