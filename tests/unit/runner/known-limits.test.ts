import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listElectors } from "../../../harness/electors/catalogue.ts";
import { loadElector } from "../../../harness/electors/load.ts";
import { checkKnownLimits } from "../../../harness/runner/known-limits.ts";

let file: string;
beforeEach(() => void (file = join(mkdtempSync(join(tmpdir(), "interregnum-limits-")), "elector.yaml")));
afterEach(() => rmSync(join(file, ".."), { recursive: true }));

const check = async (limits: string) => {
  writeFileSync(file, `name: x\ncommand: [a]\nknownLimits:\n${limits}`);
  const elector = await loadElector(file);
  return () => checkKnownLimits(elector);
};

test("limits of scenarios and properties that there are, and of every scenario", async () => {
  const limits = '  partition-leader: [at-most-one-leader]\n  "*": [stability]\n';
  expect(await check(limits)).not.toThrow();
});

test.each([
  ["  calm: []\n  partition-leadr: [at-most-one-leader]\n", 5, "knownLimits.partition-leadr", /"partition-leader"/],
  ["  calm: [stability]\n  slow-api:\n    - at-most-one-leadr\n", 5, "knownLimits.slow-api", /"at-most-one-leader"/],
  ["  a-scenario-of-nobody: [stability]\n", 4, "knownLimits.a-scenario-of-nobody", /list scenarios/],
])("a name that is none admits nothing: %j", async (limits, line, field, mend) => {
  const where = { file, line, field };
  const told = expect.stringMatching(mend) as string;
  expect(await check(limits)).toThrow(expect.objectContaining({ name: "InputError", where, mend: told }));
});

test("every elector that comes with the package admits what there is", async () => {
  for (const elector of await listElectors()) expect(() => checkKnownLimits(elector), elector.name).not.toThrow();
});
