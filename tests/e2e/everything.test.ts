import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TrialDocument } from "../../harness/core/run.ts";
import { interregnum, runDocument, temporary } from "./cli.ts";

const failures = (trial: TrialDocument | undefined): readonly string[] =>
  (trial?.properties ?? []).filter(({ verdict }) => verdict === "fail").map(({ name }) => name);

test("a generated schedule convicts a mutant, is shrunk, and fails again by the same property", async () => {
  using folder = temporary();
  const out = join(folder.path, "found");
  const args = ["--elector", "reference+no-deadline", "--trials", "4", "--jobs", "4", "--seed", "40"];
  const found = await interregnum("run", "everything", ...args, "--shrink", "100s", "--out", out);
  expect(found.code, found.stdout).toBe(1);
  const trial = runDocument(out).trials.find(({ minimal }) => minimal !== undefined);
  const [property] = failures(trial);
  expect(trial?.minimal?.failed).toBeGreaterThan(0);
  expect(trial?.minimal?.schedule.length).toBeLessThanOrEqual(trial?.schedule.length ?? 0);
  expect(found.stdout).toMatch(/(shrunk to|run again) .*failed \d+ times of \d+/);
  expect(existsSync(join(out, "trials", String(trial?.index), "minimal", "history.jsonl"))).toBe(true);

  const again = join(folder.path, "again");
  const replayed = await interregnum("replay", out, "--minimal", "--out", again);
  expect(replayed.code, replayed.stdout).toBe(1);
  expect(runDocument(again).trials[0]?.schedule).toEqual(trial?.minimal?.schedule);
  expect(failures(runDocument(again).trials[0])).toContain(property);

  const broken = runDocument(out);
  writeFileSync(
    join(out, "run.json"),
    JSON.stringify({ ...broken, trials: broken.trials.map((one) => ({ ...one, schedule: [] })) }),
  );
  const refused = await interregnum("replay", out, "--trial", "0");
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/run\.json, trials\[0\]\.schedule/);
}, 400_000);
