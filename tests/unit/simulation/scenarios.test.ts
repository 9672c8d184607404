import { readFileSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plansFor, skipOf } from "../../../harness/cli/run.ts";
import type { RunOptions } from "../../../harness/cli/run-options.ts";
import { millis } from "../../../harness/core/time.ts";
import { findElector } from "../../../harness/electors/catalogue.ts";
import { openLoopClock } from "../../../harness/runner/recorder.ts";
import { runPlan } from "../../../harness/runner/run.ts";
import { loadScenario, scenarioNames } from "../../../harness/runner/scenarios.ts";

const signal = new AbortController().signal;

/** Runs one scenario under virtual time; its trials' documents, and their histories as written. */
async function simulated(name: string, elector: string, more: Partial<RunOptions> = {}) {
  await using folder = await mkdtempDisposable(join(tmpdir(), "interregnum-simulated-"));
  using clock = openLoopClock();
  const shard = { index: 0, of: 1 };
  const options = {
    elector,
    cluster: "simulation",
    trials: 2,
    seed: 1,
    shard,
    reporter: [],
    threshold: [],
    shrink: false as const,
    ...more,
  };
  const [plan] = await plansFor([name], await findElector(elector), { ...options, out: folder.path });
  const { run } = await runPlan({ ...plan!, from: millis(0) }, clock, () => {}, signal);
  const histories = run.trials.map(({ index }) =>
    readFileSync(join(folder.path, "trials", String(index), "history.jsonl"), "utf8"),
  );
  return { run, histories };
}

test("a trial is the same to the byte for the same seed, beside others too, and another for another seed", async () => {
  const one = await simulated("protocol-moments", "reference", { jobs: 1 });
  const beside = await simulated("protocol-moments", "reference", { jobs: 2 });
  expect(beside.histories).toEqual(one.histories);
  expect(one.histories[1]).not.toBe(one.histories[0]);
});

/** There is one node, and no second process to migrate to. */
const BEYOND = [
  "lock-migration",
  "node-drain",
  "node-loss",
  "cut-leader",
  "cut-one-way",
  "lossy-network",
  "slow-network",
];

test("what needs nodes is skipped in virtual time", async () => {
  const scenario = await loadScenario("node-drain");
  expect(skipOf({ name: "node-drain", scenario, cluster: "simulation" })).toContain("nodes");
});

// In each scenario every fault must prove that it landed, or the trial would stay unknown.
test.each(scenarioNames().filter((name) => name !== "everything" && !BEYOND.includes(name)))(
  "%s passes for the reference elector",
  async (name) => {
    const { run } = await simulated(name, "reference");
    expect([run.verdict, run.reason]).toEqual(["pass", expect.any(String)]);
  },
);

test("generated schedules accuse the reference elector of nothing", async () => {
  const { run } = await simulated("everything", "reference", { trials: 20 });
  expect(run.trials.filter(({ verdict }) => verdict === "fail")).toEqual([]);
});

test.each([
  ["no-deadline", "partition-leader", "at-most-one-leader"],
  ["release-before-stop", "evict-leader", "release-then-quiet"],
  ["work-outlives-loss", "pause-leader", "at-most-one-effect"],
  ["stale-endpoint", "kill-leader", "endpoint-agreement"],
  ["transitions-wrong", "calm", "record-well-formed"],
  ["trust-remote-clock", "partition-leader", "no-early-takeover"],
])("%s is convicted under %s by %s", async (id, scenario, property) => {
  const { run } = await simulated(scenario, `reference+${id}`, { trials: 6 });
  const failed = run.trials.flatMap(({ properties }) => properties.filter(({ verdict }) => verdict === "fail"));
  expect(failed.map(({ name }) => name)).toContain(property);
});

test("a successor that runs as a process is refused", async () => {
  await expect(simulated("lock-migration", "reference")).rejects.toThrow(/reference-both runs as a process/);
});

test("an elector that runs as a process is refused, with what to do", async () => {
  await expect(simulated("calm", "client-go")).rejects.toThrow(/client-go runs as a process/);
});
