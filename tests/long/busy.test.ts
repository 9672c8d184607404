import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interregnum, runDocument, temporary } from "../e2e/cli.ts";
import { passing } from "../e2e/passing.ts";

/** Contention must never turn into an accusation: ten trials of each scenario with every core kept busy. */
describe("with all cores busy", () => {
  const hogs: { kill(signal: "SIGKILL"): boolean }[] = [];
  beforeAll(() => {
    for (let core = 0; core < availableParallelism(); core++)
      hogs.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  });
  afterAll(() => hogs.forEach((hog) => hog.kill("SIGKILL")));

  test.each(passing)("the reference elector is not accused: %s", { timeout: 1_200_000 }, async (scenario) => {
    using folder = temporary();
    const { code, stdout } = await interregnum("run", scenario, "--trials", "10", "--seed", "1", "--out", folder.path);
    const run = runDocument(folder.path);
    const count = (verdict: string): number => run.trials.filter((trial) => trial.verdict === verdict).length;
    console.log(`${scenario}: ${count("pass")} pass, ${count("unknown")} unknown, ${count("fail")} fail`);
    for (const trial of run.trials)
      if (trial.verdict !== "pass") console.log(`  trial ${trial.index}: ${trial.reason}`);
    expect([0, 2], stdout).toContain(code);
    expect(run.trials.length).toBe(10);
  });
});
