import { join } from "node:path";
import { expect, test } from "vitest";
import { interregnum, runDocument, temporary } from "./cli.ts";

test("shards of one run are joined; what is not of one run is refused", { timeout: 120_000 }, async () => {
  using folder = temporary();
  const shard = (part: string, seed = "7"): Promise<unknown> => {
    const out = join(folder.path, `${part.replace("/", "-")}-${seed}`);
    return interregnum("run", "lost-reply", "--trials", "2", "--shard", part, "--seed", seed, "--out", out);
  };
  await Promise.all([shard("1/2"), shard("2/2"), shard("2/2", "8")]);
  const [first, second, other] = ["1-2-7", "2-2-7", "2-2-8"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  const out = join(folder.path, "joined");
  const joined = await interregnum("merge", first, second, "--out", out);
  expect(joined.code, joined.stdout + joined.stderr).toBe(0);
  expect(runDocument(out).trials.map((trial) => [trial.index, trial.seed])).toEqual([
    [0, 7],
    [1, 8],
  ]);
  expect((await interregnum("recheck", out)).code).toBe(0);
  const twice = await interregnum("merge", first, first, "--out", out);
  expect([twice.code, twice.stderr]).toEqual([3, expect.stringMatching(/trial 0 is in more than one/)]);
  const foreign = await interregnum("merge", first, other, "--out", out);
  expect([foreign.code, foreign.stderr]).toEqual([3, expect.stringMatching(/its seed is 8/)]);
});
