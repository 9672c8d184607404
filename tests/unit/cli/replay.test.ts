import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SIMULATED, workplace } from "./simulated.ts";

const FAILS = "watch-only";

test("a user's own elector is replayed from its file, also one called as the default elector is", async () => {
  using here = workplace();
  const name = "reference";
  const file = here.elector("mine/elector.yaml", name, FAILS);
  expect((await here.interregnum("run", "kill-leader", "--elector", file, ...SIMULATED, "--out", "run")).code).toBe(1);
  expect(here.runDocument("run").replay).toMatch(/ --elector mine\/elector\.yaml( |$)/);

  const replayed = await here.interregnum("replay", "run", "--out", "again");
  expect([replayed.code, replayed.stderr]).toEqual([1, ""]);
  expect(here.runDocument("again").elector).toBe(name);

  const other = await here.interregnum("replay", "run", "--elector", "reference", "--out", "other");
  expect([other.code, other.stderr]).toEqual([0, ""]);
  expect(here.runDocument("other").replay).toMatch(/ --elector reference$/);

  here.elector("mine/elector.yaml", name);
  const mended = await here.interregnum("replay", "run", "--out", "mended");
  expect([mended.code, mended.stderr]).toEqual([0, expect.stringMatching(/warning: .*mine\/elector\.yaml.*otherwise/)]);

  rmSync(join(here.path, "mine"), { recursive: true });
  const gone = await here.interregnum("replay", "run");
  expect([gone.code, gone.stderr]).toEqual([3, expect.stringMatching(/mine\/elector\.yaml.*no such file/)]);
  expect(gone.stderr).toMatch(/mend: .*--elector FILE/);
});

test("of an older run that tells of no file, an elector that is not the package's is asked for", async () => {
  using here = workplace();
  const file = here.elector("mine.yaml", "mine", FAILS);
  await here.interregnum("run", "kill-leader", "--elector", file, ...SIMULATED, "--out", "run");
  const { environment, ...run } = here.runDocument("run");
  const { elector: _, ...older } = environment;
  writeFileSync(join(here.path, "run", "run.json"), JSON.stringify({ ...run, environment: older }));
  const refused = await here.interregnum("replay", "run");
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringMatching(/mine is none of/)]);
  expect((await here.interregnum("replay", "run", "--elector", file, "--out", "again")).code).toBe(1);
});

test("no run has more replicas than its schedule could be replayed with", async () => {
  using here = workplace();
  const { code, stderr } = await here.interregnum("run", "calm", "--replicas", "51", ...SIMULATED);
  expect([code, stderr]).toEqual([3, expect.stringMatching(/--replicas.*\n.*1 to 50/)]);
});
