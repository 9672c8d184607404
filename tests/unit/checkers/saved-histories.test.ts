import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allProperties, propertyNamed } from "../../../harness/checkers/index.ts";
import { parseHistory } from "../../../harness/core/history.ts";
import { judge } from "../../../harness/core/judge.ts";
import type { Verdict } from "../../../harness/core/verdict.ts";
import { viewOf } from "../../../harness/core/reading.ts";

const folder = new URL("../../../fixtures/histories/", import.meta.url);
const verdicts: readonly Verdict[] = ["pass", "fail", "unknown"];

describe.each(verdicts)("saved histories that %s", (verdict) => {
  const files = readdirSync(new URL(`${verdict}/`, folder));

  test("there is one for each property", () => {
    expect(files.toSorted()).toEqual(allProperties.map(({ name }) => `${name}.jsonl`).toSorted());
  });

  test.each(files)("%s", (file) => {
    const history = parseHistory(readFileSync(new URL(`${verdict}/${file}`, folder), "utf8"), file);
    const { results } = judge(viewOf(history), history.header.properties.map(propertyNamed));
    expect(results.map((result) => [result.name, result.verdict, result.reason])).toEqual([
      [file.replace(".jsonl", ""), verdict, expect.any(String)],
    ]);
    if (verdict === "fail") expect(results[0]!.witnesses[0]!.evidence.length).toBeGreaterThanOrEqual(2);
    expect(results[0]!.reason).not.toContain("threw");
  });
});

// What was found in electors of the field: recorded at work, and a failure by the same property ever since.
test.each([
  ["client-go-believes-while-it-releases.jsonl", "at-most-one-leader"],
  ["client-go-clears-its-successor.jsonl", "foreign-record"],
])("found: %s breaks %s", (file, property) => {
  const history = parseHistory(readFileSync(new URL(`found/${file}`, folder), "utf8"), file);
  const { results } = judge(viewOf(history), history.header.properties.map(propertyNamed));
  expect(results[0]).toMatchObject({ name: property, verdict: "fail" });
});
