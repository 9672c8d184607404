import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { findElector } from "../electors/catalogue.ts";
import { matrixDocument, matrixTable, type MatrixEntry } from "../report/matrix.ts";
import { paintFor } from "../report/paint.ts";
import { makeFolder, newRunId } from "../runner/folder.ts";
import { EXIT, exitOf } from "./exit.ts";
import { interruptible } from "./interrupt.ts";
import { electorsOnce } from "./once.ts";
import * as option from "./options.ts";
import { groundFor, plansFor, runAll, skipOf } from "./run.ts";
import { readyPlans } from "./ready.ts";
import type { RunOptions } from "./run-options.ts";

const USUAL = "rolling-update,kill-leader,partition-leader,pause-leader";

/** `compare <elector>…`: the same scenarios and seeds for each; an elector that cannot run here is skipped by name. */
export async function compare(names: readonly string[], asked: RunOptions & { scenarios?: string }): Promise<number> {
  const scenarios = option.list(asked.scenarios ?? USUAL);
  const folder = asked.out ?? join("reports", "compare", newRunId());
  const seed = asked.seed ?? randomInt(2 ** 31);
  const electors = await Promise.all(names.map(findElector));
  electorsOnce(electors);
  const planned = await Promise.all(
    electors.map(async (elector, at) => {
      const options = { ...asked, elector: names[at]!, seed, out: join(folder, elector.name.replaceAll("/", "_")) };
      return { elector, options, plans: await plansFor(scenarios, elector, options) };
    }),
  );
  return interruptible(async (signal) => {
    await using ground = groundFor(asked.cluster, asked);
    const entries: MatrixEntry[] = [];
    for (const { elector, options, plans } of planned) {
      const ready = await orWhyNot(() => readyPlans(plans, signal));
      if (typeof ready === "string") {
        entries.push(...scenarios.map((scenario) => ({ elector: elector.name, scenario, skipped: ready })));
        continue;
      }
      for (const plan of plans) {
        const skipped = skipOf(plan);
        if (skipped !== undefined) entries.push({ elector: elector.name, scenario: plan.name, skipped });
      }
      const able = ready.filter((plan) => skipOf(plan) === undefined);
      for (const { run, folder: where } of await runAll(able, options, signal, ground))
        entries.push({ elector: elector.name, scenario: run.scenario, run, folder: where });
    }
    const matrix = matrixDocument(entries);
    makeFolder(folder, "--out");
    writeFileSync(join(folder, "matrix.json"), `${JSON.stringify(matrix, undefined, 2)}\n`);
    if (asked.output === "json") process.stdout.write(`${JSON.stringify(matrix, undefined, 2)}\n`);
    else
      process.stdout.write(
        `\n${matrixTable(matrix, paintFor(process.stdout, process.env))}\n${join(folder, "matrix.json")}\n`,
      );
    return signal.aborted ? EXIT.interrupted : exitOf(matrix.verdict);
  });
}

/** What was made ready, or why it cannot run on this machine. Bad input is thrown on. */
async function orWhyNot<T>(ready: () => Promise<T>): Promise<T | string> {
  try {
    return await ready();
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}
