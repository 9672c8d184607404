import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { interregnum, runDocument, temporary } from "./cli.ts";

test("what a cluster cannot do is skipped by name, and never passes", { timeout: 120_000 }, async () => {
  using folder = temporary();
  const here = ["--cluster", "simulation", "--seed", "7", "--out", folder.path];
  const alone = await interregnum("run", "node-drain", ...here);
  expect(alone.code, alone.stderr).toBe(2);
  expect(alone.stderr).toContain("skipped: node-drain asks for nodes, which the cluster simulation has not");
  const told = await interregnum("run", "node-drain", ...here, "-o", "json");
  expect(told.code).toBe(2);
  const skipped = [
    { scenario: "node-drain", elector: "reference", skipped: expect.stringContaining("asks for nodes") },
  ];
  expect(JSON.parse(told.stdout)).toEqual({ format: "interregnum.runs/1", verdict: "unknown", runs: [], skipped });
  const beside = await interregnum("run", "node-drain", "calm", ...here);
  expect(beside.code, beside.stderr).toBe(0);
  expect(beside.stderr).toContain("skipped: node-drain");
  expect(existsSync(join(folder.path, "node-drain"))).toBe(false);
  expect(runDocument(join(folder.path, "calm")).verdict).toBe("pass");
});
