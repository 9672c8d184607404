import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SIMULATED, workplace } from "./simulated.ts";

test("two electors of one name are not compared: one's run would be written over the other's", async () => {
  using here = workplace();
  const files = [here.elector("a/elector.yaml", "mine"), here.elector("b/elector.yaml", "mine", "watch-only")];
  const { code, stderr } = await here.interregnum("compare", ...files, "--out", "out", ...SIMULATED);
  expect([code, stderr]).toEqual([3, expect.stringMatching(/a\/elector\.yaml.*b\/elector\.yaml.*mine|mine.*a\/.*b\//)]);
  expect(stderr).toMatch(/mend: .*name:/);
  expect(existsSync(join(here.path, "out"))).toBe(false);
});

test.each([
  ["elector", ["compare", "reference", "reference", "--out", "out"]],
  ["scenario", ["compare", "reference", "--scenarios", "calm,calm", "--out", "out"]],
  ["scenario", ["run", "calm", "kill-leader", "calm", "--out", "out"]],
])("no %s is run twice into one folder: %j", async (what, args) => {
  using here = workplace();
  const { code, stderr } = await here.interregnum(...args, ...SIMULATED);
  expect([code, stderr]).toEqual([3, expect.stringMatching(new RegExp(`${what} .* is given twice`))]);
  expect(stderr).toMatch(/mend: give it once/);
  expect(existsSync(join(here.path, "out"))).toBe(false);
});
