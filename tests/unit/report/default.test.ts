import { expect, test } from "vitest";
import { defaultReporter } from "../../../harness/report/default.ts";
import type { Progress } from "../../../harness/report/progress.ts";
import { hostile } from "./hostile.ts";
import { quietOptions, sink, type TestSink } from "./sink.ts";
import { syntheticRun, type Wish } from "./synthetic.ts";

const FOLDER = "/reports/x";

function progressOf(wishes: readonly Wish[]): readonly Progress[] {
  const { run, trials } = syntheticRun(wishes);
  const heading = {
    scenario: run.scenario,
    elector: run.elector,
    cluster: run.cluster,
    trials: trials.length,
    jobs: 2,
  };
  return [
    { type: "run-start", ...heading, folder: FOLDER },
    ...trials.flatMap(({ document }): Progress[] => [
      { type: "trial-start", trial: document.index, seed: document.seed },
      { type: "step", trial: document.index, text: "settled: demo-1 leads after 812 ms" },
      { type: "trial-end", trial: document },
    ]),
    { type: "run-end", run, folder: FOLDER },
  ];
}

async function shown(wishes: readonly Wish[], stream: TestSink, env: Record<string, string> = {}): Promise<string> {
  const reporter = defaultReporter(quietOptions(stream, sink(), env));
  for (const progress of progressOf(wishes)) reporter.on(progress);
  const { run, trials } = syntheticRun(wishes);
  await reporter.finish?.(run, trials, FOLDER, [`${FOLDER}/report.html`]);
  return stream.text();
}

test("a failure's first lines are property, replicas, overlap; three lines of evidence; the replay command", async () => {
  const lines = (await shown([{ kind: "fail" }], sink())).split("\n");
  const first = lines.findIndex((line) => line.includes("FAIL"));
  expect(lines.slice(first, first + 5)).toEqual([
    " ✗ FAIL  at-most-one-leader: demo-6d4f9-x2k7p#1 and demo-6d4f9-8qwzn#1, overlap [2239, 2269] ms",
    "     419 ms  demo-6d4f9-x2k7p#1 says that it leads",
    "     4.15 s  demo-6d4f9-8qwzn#1 says that it leads",
    "     6.39 s  demo-6d4f9-x2k7p#1 says that it does not lead",
    "     replay  npm run scenario partition-leader -- --elector reference --seed 7",
  ]);
});

test("a hazard is told with its length and its cause beside the property that passed", async () => {
  const text = await shown([{ kind: "hazard" }], sink());
  expect(text).toMatch(/✓ at-most-one-leader +L1 {2}2 tenures/);
  expect(text).toMatch(/! hazard: .*overlap \[419, 449\] ms, by pause of demo-6d4f9-x2k7p for 3.82 s/);
});

test("several trials show counts, quantiles and intervals, the harness's own time and the report's path", async () => {
  const text = await shown([{ kind: "pass" }, { kind: "pass" }, { kind: "unknown" }], sink());
  expect(text).toMatch(/\? at-most-one-leader .*\(1 unknown of 3\)/);
  expect(text).toMatch(/failover +p50 .* s \(95 % interval .*\) · p95 .* · n 3/);
  expect(text).toContain("harness    at most 354 ms (start 312 ms, judge 41 ms)");
  expect(text).toContain("report     /reports/x/report.html");
  expect(text).toContain("3 · 1 unknown, 2 pass");
});

test("a terminal's region is erased and its cursor given back, also when a run is broken off", () => {
  const stream = sink({ isTTY: true, columns: 60 });
  const reporter = defaultReporter(quietOptions(stream));
  for (const progress of progressOf([{ kind: "pass" }, { kind: "pass" }]).slice(0, 3)) reporter.on(progress);
  expect(stream.text()).toContain("\u001b[?25l");
  reporter[Symbol.dispose]?.();
  expect(stream.text().endsWith("\u001b[?25h")).toBe(true);
  const length = stream.text().length;
  reporter[Symbol.dispose]?.();
  expect(stream.text()).toHaveLength(length);
});

test("colours only where they are shown: none in a pipe, none with NO_COLOR, some on a terminal", async () => {
  const colour = "\u001b[31m";
  expect(await shown([{ kind: "fail" }], sink())).not.toContain(colour);
  expect(await shown([{ kind: "fail" }], sink({ isTTY: true }), { NO_COLOR: "1" })).not.toContain(colour);
  expect(await shown([{ kind: "fail" }], sink({ isTTY: true }))).toContain(colour);
});

test("third-party text cannot command the terminal nor begin a line of its own", async () => {
  const text = await shown([{ kind: "fail", words: hostile }], sink());
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}|\u2028/u);
  expect(text).not.toMatch(/^::error/m);
});
