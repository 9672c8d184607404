import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recheck } from "../../../harness/runner/recheck.ts";

const recorded = join(import.meta.dirname, "../../../fixtures/histories/pass/failover.jsonl");
let file: string;
beforeEach(() => void (file = join(mkdtempSync(join(tmpdir(), "interregnum-recheck-")), "history.jsonl")));
afterEach(() => rmSync(join(file, ".."), { recursive: true }));

test("a history of a property that there is not names its own header", () => {
  const [header, ...events] = readFileSync(recorded, "utf8").split("\n");
  const named = JSON.stringify({ ...JSON.parse(header!), properties: ["failovr"] });
  writeFileSync(file, [named, ...events].join("\n"));
  expect(() => recheck(file, { strict: false })).toThrow(
    expect.objectContaining({
      name: "InputError",
      where: { file, line: 1, field: "properties" },
      mend: expect.stringContaining('"failover"') as string,
    }),
  );
});
