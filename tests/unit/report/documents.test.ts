import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { annotations, githubReporter } from "../../../harness/report/github.ts";
import { runJson, runsJson } from "../../../harness/report/json.ts";
import { junitXml } from "../../../harness/report/junit.ts";
import { runMarkdown } from "../../../harness/report/markdown.ts";
import { finishReporters, reporterNamed, reporterNames } from "../../../harness/report/reporters.ts";
import { InputError } from "../../../harness/core/errors.ts";
import type { RunDocument } from "../../../harness/core/run.ts";
import { hostile } from "./hostile.ts";
import { quietOptions, sink } from "./sink.ts";
import { syntheticRun } from "./synthetic.ts";
import { wellFormed } from "./well-formed.ts";

const failing = syntheticRun([{ kind: "fail" }]).run;
const mixed = syntheticRun([{ kind: "fail" }, { kind: "hazard" }, { kind: "unknown" }]).run;
const nasty = syntheticRun([
  { kind: "fail", words: hostile },
  { kind: "hazard", words: hostile },
  { kind: "unknown", words: hostile },
]).run;

const admitted = (run: RunDocument): RunDocument => ({
  ...run,
  trials: run.trials.map((trial) => ({
    ...trial,
    properties: trial.properties.map((result) => ({ ...result, known: true })),
  })),
});

test("JSON is the run's document, with null where a bound is open", () => {
  expect(JSON.parse(runJson(failing))).toEqual(JSON.parse(JSON.stringify(failing)));
  const open = { ...failing, thresholds: [{ expression: "x<1", value: Infinity, crossed: true }] };
  expect(JSON.parse(runJson(open)).thresholds[0].value).toBeNull();
});

test("JSON of a command is its one run's document, else all of them, and what was skipped by name", () => {
  const read = (...runs: Parameters<typeof runsJson>): unknown => JSON.parse(runsJson(...runs));
  expect(runsJson([failing], [])).toBe(runJson(failing));
  const skipped = [{ scenario: "node-drain", elector: "reference", skipped: "it asks for nodes" }];
  expect(read([], skipped)).toEqual({ format: "interregnum.runs/1", verdict: "unknown", runs: [], skipped });
  expect(read([failing], skipped)).toMatchObject({ verdict: "fail", runs: [{ verdict: "fail" }], skipped });
  expect(read([failing, mixed], [])).toMatchObject({ runs: [{}, {}], skipped: [] });
});

test("JUnit has a case per trial and property: failures, unknown as errors, hazards and known limits as output", async () => {
  const xml = await junitXml(mixed);
  expect(xml.match(/<testcase /g)).toHaveLength(12);
  expect(xml.match(/<failure /g)).toHaveLength(2);
  expect(xml.match(/<error /g)).toHaveLength(2);
  expect(xml).toContain("overlap [2239, 2269] ms");
  expect(xml).toMatch(/<system-out>[^]*hazard, pause of demo-6d4f9-x2k7p for 3.82 s/);
  const known = await junitXml(admitted(failing));
  expect(known).not.toContain("<failure");
  expect(known).toContain("known limit: ");
});

test("JUnit is well-formed XML whatever third parties wrote", async () => {
  const xml = await junitXml(nasty);
  expect(() => wellFormed(xml)).not.toThrow();
  expect(xml).not.toMatch(/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/u);
});

test("Markdown holds the verdict, properties, measures, witnesses and the replay command", () => {
  const text = runMarkdown(mixed);
  expect(text).toMatch(/^# ✗ fail: partition-leader/);
  expect(text).toContain("| at-most-one-leader | ✗ fail \\! 1 hazard | L1 |");
  expect(text).toMatch(/\| failover \| p50 /);
  expect(text).toContain("npm run scenario partition-leader");
  expect(text).toContain("overlap [2239, 2269] ms");
});

test("Markdown lets no third-party text out of its place", () => {
  const text = runMarkdown(nasty);
  const outside = text.replace(/^(`{3,})[^]*?^\1$/gm, "");
  expect(outside).not.toMatch(/(?<!\\)<(script|img)/);
  expect(outside).not.toMatch(/(?<!\\)\]\(javascript/);
  for (const line of text.split("\n").filter((each) => each.startsWith("| at-most")))
    expect(line.replaceAll("\\|", "").split("|")).toHaveLength(6);
});

test("GitHub gets one command a line: errors, warnings for the unknown, notices for hazards", () => {
  const lines = annotations(mixed).trimEnd().split("\n");
  const kinds = lines.map((line) => /^::(\w+) /.exec(line)?.[1]);
  expect(kinds).toEqual(["error", "error", "notice", "warning"]);
  expect(lines[0]).toContain("overlap [2239, 2269] ms");
  expect(
    annotations(nasty)
      .trimEnd()
      .split("\n")
      .every((line) => /^::(error|warning|notice) title=/.test(line)),
  ).toBe(true);
  expect(annotations(nasty).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u);
});

test("GitHub's step summary is appended to its file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "report-"));
  try {
    const path = join(folder, "summary");
    const reporter = githubReporter(quietOptions(sink(), sink(), { GITHUB_STEP_SUMMARY: path }));
    await reporter.finish?.(failing, [], folder, []);
    await reporter.finish?.(failing, [], folder, []);
    expect((await readFile(path, "utf8")).match(/^# ✗ fail/gm)).toHaveLength(2);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("reporters are found by name, and an unknown name is the user's error", async () => {
  for (const name of reporterNames) expect((await reporterNamed(name, quietOptions(sink()))).name).toBe(name);
  await expect(reporterNamed("toString", quietOptions(sink()))).rejects.toThrow(InputError);
});

test("the terminal comes last and is told what was written; a reporter that fails keeps none from finishing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "report-"));
  try {
    const stream = sink();
    const { run, trials } = syntheticRun([{ kind: "fail" }]);
    const names = ["default", "html", "junit", "markdown"];
    const reporters = await Promise.all(names.map((name) => reporterNamed(name, quietOptions(stream))));
    const written = await finishReporters(reporters, run, trials, folder);
    expect(written).toEqual(["report.html", "junit.xml", "summary.md"].map((name) => join(folder, name)));
    // from a sibling folder the path is shown relative to it
    expect(stream.text()).toContain(join(basename(folder), "report.html"));
    const broken = { name: "broken", on() {}, finish: () => Promise.reject(new Error("no room")) };
    const before = stream.text().length;
    await expect(finishReporters([broken, ...reporters], run, trials, folder)).rejects.toThrow(/broken: no room/);
    expect(stream.text().length).toBeGreaterThan(before);
  } finally {
    await rm(folder, { recursive: true });
  }
});
