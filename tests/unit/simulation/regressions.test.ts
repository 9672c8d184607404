import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { propertyNamed } from "../../../harness/checkers/index.ts";
import { parseHistory } from "../../../harness/core/history.ts";
import { judge } from "../../../harness/core/judge.ts";
import { viewOf } from "../../../harness/core/reading.ts";

const folder = new URL("../../../fixtures/histories/regressions/", import.meta.url);

// Each was recorded of a correct elector, in simulation or at work, and was once judged a failure.
test.each(readdirSync(folder))("%s is no failure any more", (file) => {
  const history = parseHistory(readFileSync(new URL(file, folder), "utf8"), file);
  const { results } = judge(viewOf(history), history.header.properties.map(propertyNamed));
  expect(results.filter(({ verdict }) => verdict === "fail")).toEqual([]);
});
