import { cpSync, existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { assert, InputError } from "../core/errors.ts";
import type { RunDocument } from "../core/run.ts";
import { worst } from "../core/verdict.ts";
import { makeFolder } from "./folder.ts";
import { summariseMeasures } from "./measures.ts";
import { readHistory, readRun, recordedHistory } from "./read-run.ts";
import type { RunResult } from "./run.ts";
import { judgeThreshold, parseThreshold, reasonOf, verdictOf } from "./thresholds.ts";
import { recordedView, trialFolder } from "./trial.ts";

/** What makes two shards one run; anything else would be added up wrongly. */
type Trait = readonly [name: string, of: (run: RunDocument) => unknown];

const traits: readonly Trait[] = [
  ["scenario", (run) => run.scenario],
  ["elector", (run) => run.elector],
  ["cluster", (run) => run.cluster],
  ["seed", (run) => run.seed],
  ["harness", (run) => run.environment["interregnum"]],
  ["version of Kubernetes", (run) => run.environment["kubernetes"]],
  ["timing", (run) => run.environment["timing"]],
  ["runtime", (run) => run.environment["runtime"]],
  ["image", (run) => run.environment["image"]],
  ["threshold", (run) => run.thresholds.map(({ expression }) => expression).toSorted()],
];

/** What run.json did not say at first: compared where both do. */
const laterTraits: readonly Trait[] = [
  ["elector's declaration", ({ environment: { elector } }) => elector && [elector.digest, elector.successor]],
  ["number of trials", (run) => run.environment["trials"]],
  ["number of replicas", (run) => run.environment["replicas"]],
  ["strictness", (run) => run.environment["strict"]],
  ["leave to touch nodes", (run) => run.environment["touchNodes"]],
];

const saysAll = ({ environment }: RunDocument): boolean => environment.elector !== undefined;

/** Joins shards into `out`; InputError when they are not of one run, or hold the same trial twice. */
export function merge(folders: readonly string[], out: string): RunResult {
  const parts = folders.map((folder) => ({ folder, run: readRun(folder) }));
  const [first] = parts;
  assert(first !== undefined, "there is nothing to merge");
  for (const [at, part] of parts.entries()) for (const before of parts.slice(0, at)) alike(part, before);
  const trials = parts
    .flatMap(({ folder, run }) => run.trials.map((document) => ({ folder, document })))
    .toSorted((a, b) => a.document.index - b.document.index);
  const twice = trials.find(({ document }, at) => trials[at - 1]?.document.index === document.index);
  if (twice !== undefined)
    throw new InputError(
      `trial ${twice.document.index} is in more than one of them`,
      { file: join(twice.folder, "run.json"), field: "trials" },
      "give each shard once",
    );
  // All of them are read before anything is written: half a run would be left otherwise.
  for (const { folder, document } of trials) readHistory(recordedHistory(folder, document.index));
  apart(folders, out);
  makeFolder(out, "--out");
  makeFolder(join(out, "trials"), "--out");
  for (const { folder, document } of trials)
    cpSync(trialFolder(folder, document.index), trialFolder(out, document.index), { recursive: true });
  const results = trials.map(({ document }) => ({ document, view: () => recordedView(out, document.index) }));
  return {
    run: joined(
      first.run,
      parts.map((part) => part.run),
      trials.map((trial) => trial.document),
    ),
    trials: results,
    folder: out,
  };
}

type Part = { readonly folder: string; readonly run: RunDocument };

/** InputError that says in what a shard is of another run than one before it. */
function alike({ folder, run }: Part, before: Part): void {
  const asked = saysAll(run) && saysAll(before.run) ? [...traits, ...laterTraits] : traits;
  for (const [name, of] of asked) {
    const [own, other] = [of(run), of(before.run)].map((value) => JSON.stringify(value) ?? "not told");
    if (own === other) continue;
    throw new InputError(
      `its ${name} is ${own}, that of ${before.folder} is ${other}`,
      { file: join(folder, "run.json"), field: name },
      "merge the shards of one run: the same elector, harness and configuration, but for --shard",
    );
  }
}

/** InputError for an `out` that is one of the shards or lies in one: it would be written over while it is read. */
function apart(folders: readonly string[], out: string): void {
  const real = realOf(out);
  const shard = folders.find((folder) => `${real}/`.startsWith(`${realOf(folder)}/`));
  if (shard === undefined) return;
  const place = real === realOf(shard) ? "is the shard" : "lies in the shard";
  throw new InputError(`${out} ${place} ${shard}`, { field: "--out" }, "give a folder of its own");
}

/** The path without symbolic links, of which the last parts need not exist yet. */
function realOf(path: string): string {
  const whole = resolve(path);
  return existsSync(whole) ? realpathSync(whole) : join(realOf(dirname(whole)), basename(whole));
}

function joined(first: RunDocument, runs: readonly RunDocument[], trials: RunDocument["trials"]): RunDocument {
  const measures = summariseMeasures(trials, first.seed);
  const expressions = [...new Set(runs.flatMap((run) => run.thresholds.map((threshold) => threshold.expression)))];
  const thresholds = expressions.map((expression) => judgeThreshold(parseThreshold(expression), measures));
  const verdict = worst([...trials.map((trial) => trial.verdict), ...thresholds.map(verdictOf)]);
  const { ended: _, ...rest } = first;
  const ended = runs.find((run) => run.ended !== undefined)?.ended;
  return {
    ...rest,
    verdict,
    reason:
      trials.find((trial) => trial.verdict === verdict)?.reason ?? reasonOf(thresholds) ?? "no trial was finished",
    trials,
    measures,
    thresholds,
    ...(ended === undefined ? {} : { ended }),
  };
}
