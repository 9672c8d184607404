import { Script } from "node:vm";
import { expect, test } from "vitest";
import { runHtml } from "../../../harness/report/html.ts";
import { pageScript } from "../../../harness/report/page-parts.ts";
import { pageTrial } from "../../../harness/report/page-data.ts";
import type { PageTrial } from "../../../harness/report/page-types.ts";
import { hostile } from "./hostile.ts";
import { syntheticRun, syntheticTrial, syntheticView, type Wish } from "./synthetic.ts";

const html = (wishes: readonly Wish[]): Promise<string> => {
  const { run, trials } = syntheticRun(wishes);
  return runHtml(run, trials);
};

const count = (text: string, tag: RegExp): number => text.match(tag)?.length ?? 0;

const embedded = (page: string): readonly PageTrial[] =>
  [...page.matchAll(/<script type="application\/json" id="trial-\d+">(.*?)<\/script>/gs)].map((match) =>
    JSON.parse(match[1]!),
  );

test("the page loads nothing: no address in it, and a policy that forbids them all", async () => {
  const page = await html([{ kind: "fail" }, { kind: "hazard" }]);
  expect(page).not.toMatch(/https?:\/\//);
  expect(page).not.toMatch(/<link(?! rel="icon" href="data:,")|<(img|iframe|script)[^>]* src|@import|url\((?!#)/);
  expect(page).toContain("default-src 'none'");
});

test("the page holds the verdict, the seed, the timing, the replay command, properties and measures", async () => {
  const page = await html([{ kind: "fail" }]);
  for (const text of [
    "at-most-one-leader: demo-6d4f9-x2k7p#1 and demo-6d4f9-8qwzn#1, overlap [2239, 2269] ms",
    "1.50 s / 1.00 s / 250 ms",
    "npm run scenario partition-leader -- --elector reference --seed 7",
    "the former leader contended again",
    "API requests per minute",
  ])
    expect(page).toContain(text);
});

test("no third-party text becomes markup or script, and none of it is lost", async () => {
  const clean = await html([{ kind: "fail" }, { kind: "hazard" }, { kind: "unknown" }]);
  const page = await html(
    ["fail", "hazard", "unknown"].map((kind) => ({ kind: kind as Wish["kind"], words: hostile })),
  );
  expect(count(page, /<script/gi)).toBe(count(clean, /<script/gi));
  expect(count(page, /<\/script/gi)).toBe(count(clean, /<\/script/gi));
  expect(count(page, /<img/gi)).toBe(0);
  // the line separators that would end a script's string are escaped where they stand in one
  expect(page.slice(page.indexOf('<script type="application/json"')).includes("\u2028")).toBe(false);
  expect(embedded(page)[0]!.findings[0]!.summary).toBe(hostile);
});

test("the page's modules make one script: it parses, and no two of them share a name", async () => {
  const script = await pageScript();
  // in sloppy and strict code alike, a second `const` of one name does not parse
  expect(() => new Script(`"use strict";(() => {${script}\n})`)).not.toThrow();
  expect(script).not.toMatch(/^(import|export) /m);
});

test("it opens with the trial that fails, and draws all that fits", async () => {
  const page = await html([{ kind: "pass" }, { kind: "hazard" }, { kind: "fail" }]);
  expect(page).toContain('data-first="2"');
  expect(embedded(page).map((trial) => trial.index)).toEqual([2, 1, 0]);
});

test("trials whose timelines are too many for one page are named with where their history is", async () => {
  const { run, trials } = syntheticRun(Array.from({ length: 4 }, () => ({ kind: "pass" as const })));
  const page = await runHtml(run, trials, 1);
  const drawn = embedded(page).map((trial) => trial.index);
  expect(drawn).toEqual([0]);
  expect(page).toContain("Its timeline is not in this page: see trials/3/history.jsonl.");
});

test("an identity is coloured as the replica it names, by the longest name that begins it", () => {
  const view = syntheticView({ kind: "pass" });
  const [first, second] = [...new Set(view.lives.map((life) => life.replica))];
  const renamed = view.records.map((event) => ({
    ...event,
    record: event.record === null ? null : { ...event.record, holder: `${event.record.holder}_4f2a-11` },
  }));
  const page = pageTrial(syntheticTrial({ kind: "pass" }), { ...view, records: renamed });
  expect(page.replicas.slice(0, 2).map((replica) => replica.name)).toEqual([first, second]);
  expect([...new Set(page.records.map((record) => record.replica))]).toEqual([0, 1]);
});

test("a hazard told by a property and by its trial is one finding; violations come first", () => {
  expect(pageTrial(syntheticTrial({ kind: "hazard" }), syntheticView({ kind: "hazard" })).findings).toHaveLength(1);
  const trial = syntheticTrial({ kind: "fail" });
  const hazards = syntheticTrial({ kind: "hazard" }).hazards;
  const both = pageTrial({ ...trial, hazards }, syntheticView({ kind: "fail" })).findings;
  expect(both.map((finding) => finding.kind)).toEqual(["violation", "hazard"]);
});
