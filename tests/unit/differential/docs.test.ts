import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { excuses } from "../../differential/excuses.ts";
import { masks, shortened, unasked } from "../../differential/masks.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "differential.md"), "utf8");

test("docs/differential.md gives the reason of everything that is not compared, not asked or excused", () => {
  for (const { why } of [...masks, ...shortened, ...excuses, ...unasked]) expect(page).toContain(why);
  for (const { what } of unasked) expect(page).toContain(what);
});
