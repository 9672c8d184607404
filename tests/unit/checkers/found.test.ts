import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { propertyNamed } from "../../../harness/checkers/index.ts";
import { parseHistory } from "../../../harness/core/history.ts";
import { judge } from "../../../harness/core/judge.ts";
import { viewOf } from "../../../harness/core/reading.ts";

const folder = new URL("../../../fixtures/histories/found/", import.meta.url);

/** What docs/track-record.md says that each history shows. */
const shown: Readonly<Record<string, readonly string[]>> = {
  "client-go-believes-while-it-releases.jsonl": ["claim-backed-by-record"],
  "client-go-clears-its-successor.jsonl": ["foreign-record"],
  "client-go-0.23-leads-by-one-of-two-locks.jsonl": ["claim-backed-by-record", "record-well-formed"],
};

test("every history that was found is told of", () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(shown).toSorted());
});

test.each(Object.entries(shown))("%s is convicted still", (file, properties) => {
  const history = parseHistory(readFileSync(new URL(file, folder), "utf8"), file);
  const { verdict, results } = judge(viewOf(history), history.header.properties.map(propertyNamed), { strict: true });
  expect(verdict).toBe("fail");
  expect(results.filter(({ verdict: told }) => told === "fail").map(({ name }) => name)).toEqual(
    expect.arrayContaining([...properties]),
  );
});
