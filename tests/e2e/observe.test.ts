import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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
  expect(run.trials[0]?.notJudged.map((property) => property.name)).toEqual(["callbacks-paired"]);
  expect(stdout).toMatch(/callbacks-paired +not judged/);
});
