import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { interregnum, runDocument, temporary } from "./cli.ts";

const reference = join(import.meta.dirname, "..", "..", "fixtures", "electors", "reference", "main.ts");

test("an elector that answers on a port is judged by its answers", { timeout: 120_000 }, async () => {
  using folder = temporary();
  const file = join(folder.path, "elector.yaml");
  writeFileSync(
    file,
    `name: answers\ncommand: [node, ${reference}, --http, "4444"]\nobserve: { http: { port: 4444, path: / } }\ntunable: true\nrelease: true\n`,
  );
  const out = join(folder.path, "out");
  const { code, stdout } = await interregnum("run", "kill-leader", "--elector", file, "--seed", "7", "--out", out);
  expect(code, stdout).toBe(0);
  const run = runDocument(out);
  expect(run.trials[0]?.notJudged.map((property) => property.name)).toContain("callbacks-paired");
  expect(stdout).toMatch(/callbacks-paired +not judged/);
});

const python = spawnSync("python3", ["--version"]).status === 0;
const main = join(import.meta.dirname, "..", "..", "fixtures", "electors", "python", "main.py");

/** Runs the Python elector (or its mutant) with these options, observed in another way than by its stdout. */
async function observed(folder: string, scenario: string, observe: string, ...options: readonly string[]) {
  const file = join(folder, "elector.yaml");
  const command = JSON.stringify(["python3", "-B", main, ...options]);
  writeFileSync(file, `name: observed\ncommand: ${command}\nobserve: ${observe}\ntunable: true\nrelease: true\n`);
  const out = join(folder, "out");
  const run = ["run", scenario, "--elector", file, "--seed", "7"];
  const { code, stdout } = await interregnum(...run, "--no-shrink", "--out", out);
  const trial = runDocument(out).trials[0]!;
  const verdictOf = (name: string) => trial.properties.find((property) => property.name === name)?.verdict;
  return { code, stdout, trial, verdictOf };
}

describe.skipIf(!python).concurrent("the Python elector, observed otherwise (skipped where python3 is missing)", () => {
  const log = '{ log: { acquired: "now leads", lost: "stopped leading" } }';
  const metrics = "{ metrics: { port: 4480 } }";

  test("by its log lines it is acquitted", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const { code, stdout, verdictOf } = await observed(folder.path, "evict-leader", log, "--log");
    expect(code, stdout).toBe(0);
    expect(verdictOf("callbacks-paired")).toBe("pass");
  });

  test("by its log lines a mutant is convicted", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const args = ["--log", "--deviation", "no-deadline"] as const;
    const { code, stdout, verdictOf } = await observed(folder.path, "partition-leader", log, ...args);
    expect(code, stdout).toBe(1);
    expect(verdictOf("at-most-one-leader")).toBe("fail");
  });

  test("by its gauge it is acquitted, and single claims are not judged", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const run = await observed(folder.path, "kill-leader", metrics, "--metrics", "4480");
    expect(run.code, run.stdout).toBe(0);
    expect(run.trial.notJudged.map(({ name }) => name)).toContain("callbacks-paired");
    expect(run.verdictOf("endpoint-agreement")).toBe("pass");
  });

  test("by its gauge a mutant is convicted", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const args = ["--metrics", "4480", "--deviation", "no-deadline"] as const;
    const run = await observed(folder.path, "partition-leader", metrics, ...args);
    expect(run.code, run.stdout).toBe(1);
    expect(run.trial.properties.find(({ verdict }) => verdict === "fail")?.witnesses[0]?.evidence).not.toHaveLength(0);
  });

  test("by the record alone it never passes", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const { code, stdout, verdictOf } = await observed(folder.path, "kill-leader", "record");
    expect(code, stdout).toBe(2);
    expect(verdictOf("at-most-one-leader")).toBe("unknown");
    expect(verdictOf("no-early-takeover")).toBe("pass");
  });
});
