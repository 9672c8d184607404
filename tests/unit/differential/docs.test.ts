import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lists } from "../../differential/page.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "differential.md"), "utf8");

/** The paragraph that follows the one that begins so. */
function below(start: string): string | undefined {
  const paragraphs = page.split("\n\n");
  return paragraphs[paragraphs.findIndex((each) => each.startsWith(start)) + 1];
}

test.each(Object.entries(lists))(
  "docs/differential.md says under “%s…” what the test does, no more and no less",
  (start, list) => expect(below(start)).toBe(list),
);
