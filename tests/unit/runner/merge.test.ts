import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../../harness/core/errors.ts";
import type { RunDocument } from "../../../harness/core/run.ts";
import { merge } from "../../../harness/runner/merge.ts";
import { runOf, temporary, writeRunFolder } from "./recorded-run.ts";

/** Two shards of a run, each with a trial; `other` changes what the second one says of itself. */
function shards(folder: string, other: Partial<RunDocument> = {}): readonly [string, string] {
  const first = writeRunFolder(join(folder, "1"), runOf(0), [0]);
  return [first, writeRunFolder(join(folder, "2"), { ...runOf(1), ...other }, [1])];
}

const refusal = (folders: readonly string[], out: string): InputError => {
  try {
    merge(folders, out);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error("they were merged");
};

test("shards of one run are joined, with their histories", () => {
  using folder = temporary();
  const out = join(folder.path, "out");
  const { run, trials } = merge(shards(folder.path), out);
  expect(run.trials.map(({ index }) => index)).toEqual([0, 1]);
  expect(readdirSync(join(out, "trials"))).toEqual(["0", "1"]);
  expect(trials[1]!.view().end).toBeGreaterThan(0);
});

test("a trial without its history is refused before anything is written", () => {
  using folder = temporary();
  const parts = shards(folder.path);
  rmSync(join(parts[1], "trials", "1"), { recursive: true });
  const out = join(folder.path, "out");
  expect(refusal(parts, out).message).toMatch(/trial 1 has no history/);
  expect(existsSync(out)).toBe(false);
});

test("a history that is broken in its middle is refused before anything is written", () => {
  using folder = temporary();
  const parts = shards(folder.path);
  const file = join(parts[1], "trials", "1", "history.jsonl");
  writeFileSync(file, "{}\n{}\n");
  const out = join(folder.path, "out");
  expect(refusal(parts, out).where.file).toBe(file);
  expect(existsSync(out)).toBe(false);
});

test("the joined run's folder is none of the shards, nor lies in one", () => {
  using folder = temporary();
  const parts = shards(folder.path);
  const link = join(folder.path, "link");
  symlinkSync(parts[0], link);
  for (const out of [parts[0], join(parts[1], "trials", "1", "joined"), link]) {
    const { where, message } = refusal(parts, out);
    expect(where.field).toBe("--out");
    expect(message).toMatch(/shard/);
  }
  expect(readdirSync(parts[0])).toEqual(["run.json", "trials"]);
});

test("they may be joined into the folder that they lie in", () => {
  using folder = temporary();
  mkdirSync(join(folder.path, "all"));
  const { run } = merge(shards(join(folder.path, "all")), join(folder.path, "all"));
  expect(run.trials).toHaveLength(2);
});

const said = (environment: Partial<RunDocument["environment"]>): Partial<RunDocument> => ({
  environment: { ...runOf().environment, ...environment },
});
const OURS = {
  elector: { file: "mine/elector.yaml", digest: "sha256:1" },
  trials: 2,
  replicas: 3,
  strict: false,
};
const threshold = { expression: "failover.p95<20s", value: 1, crossed: false };

test.each<[string, Partial<RunDocument>, RegExp]>([
  ["elector", said({ ...OURS, elector: { digest: "sha256:2" } }), /elector's declaration is .*sha256:2.*sha256:1/],
  [
    "successor",
    said({ ...OURS, elector: { ...OURS.elector, successor: "sha256:3" } }),
    /elector's declaration is .*sha256:3/,
  ],
  ["number of trials", said({ ...OURS, trials: 4 }), /number of trials is 4, that of .* is 2/],
  ["number of replicas", said({ ...OURS, replicas: 5 }), /number of replicas is 5, that of .* is 3/],
  ["strictness", said({ ...OURS, strict: true }), /strictness is true, that of .* is false/],
  ["leave to touch nodes", said({ ...OURS, touchNodes: true }), /touch nodes is true, that of .* is not told/],
  ["image", said({ ...OURS, image: "ours:2" }), /image is "ours:2", that of .* is not told/],
  ["threshold", { ...said(OURS), thresholds: [threshold] }, /threshold is \["failover\.p95<20s"\], that of .* is \[\]/],
])("shards of another %s are refused, and it is said in what they differ", (_what, other, told) => {
  using folder = temporary();
  const first = writeRunFolder(join(folder.path, "1"), { ...runOf(0), ...said(OURS), thresholds: [] }, [0]);
  const second = writeRunFolder(join(folder.path, "2"), { ...runOf(1), thresholds: [], ...other }, [1]);
  const out = join(folder.path, "out");
  expect(refusal([first, second], out).message).toMatch(told);
  expect(existsSync(out)).toBe(false);
});

test("the elector's file may lie elsewhere on the machine of another shard; who tells less is compared by what is told", () => {
  using folder = temporary();
  const moved = said({ ...OURS, elector: { file: "/elsewhere/elector.yaml", digest: "sha256:1" } });
  const parts = [said(OURS), moved, {}].map((own, index) =>
    writeRunFolder(join(folder.path, String(index)), { ...runOf(index), ...own }, [index]),
  );
  expect(merge(parts, join(folder.path, "out")).run.trials).toHaveLength(3);
});

test("an older shard in front does not cover for two that differ", () => {
  using folder = temporary();
  const parts = [{}, said(OURS), said({ ...OURS, strict: true })].map((own, index) =>
    writeRunFolder(join(folder.path, String(index)), { ...runOf(index), ...own }, [index]),
  );
  expect(refusal(parts, join(folder.path, "out")).message).toMatch(/strictness is true/);
});
