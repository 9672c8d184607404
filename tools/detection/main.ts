import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { allTaken } from "../../harness/cli/ending.ts";
import { EXIT, explain } from "../../harness/cli/exit.ts";
import { checkCluster } from "../../harness/cli/check-cluster.ts";
import { interruptible } from "../../harness/cli/interrupt.ts";
import { integer, list } from "../../harness/cli/options.ts";
import { jsonOption } from "../../harness/cli/run-options.ts";
import { InputError } from "../../harness/core/errors.ts";
import { makeFolder, newRunId } from "../../harness/runner/folder.ts";
import { loadScenario } from "../../harness/runner/scenarios.ts";
import { battery } from "./battery.ts";
import { runCampaign } from "./campaign.ts";
import { prepareSubjects } from "./subjects.ts";
import { document } from "./table.ts";
import { faultsOf, rowOf, type Sighting } from "./tally.ts";
import { writeTrackRecord } from "./track-record.ts";

type Options = {
  readonly cluster: string;
  readonly mutants?: readonly string[];
  readonly electors?: readonly string[];
  readonly scenarios: readonly string[];
  readonly seed: number;
  readonly sweeps: number;
  readonly budget?: number;
  readonly again: number;
  readonly jobs?: number;
  readonly out?: string;
  readonly brief?: boolean;
  readonly write?: boolean;
  readonly output?: "json";
};

const program = new Command("detection")
  .description(
    "Tries every mutant of the reference elector, and the right electors, under the same scenarios and seeds: who is convicted, by which property, how soon, and who is acquitted.",
  )
  .option("--mutants <a,b>", "only these mutants", list)
  .option("--electors <a,b>", "only these of the right electors", list)
  .option("--scenarios <x,y>", "the scenarios of the battery", list, battery)
  .option(
    "--cluster <name>",
    "where: embedded, apiserver, or simulation for the electors that live in process",
    "embedded",
  )
  .option("--seed <s>", "seed of the first sweep; the next ones count up", integer("--seed", 0), 1)
  .option("--sweeps <n>", "repetitions over which the medians are taken", integer("--sweeps", 1), 3)
  .option(
    "--budget <n>",
    "the most trials a mutant is given in a sweep (default: four times the battery)",
    integer("--budget", 1),
  )
  .option(
    "--again <n>",
    "how often who is right is tried anew where a trial could tell nothing",
    integer("--again", 0),
    2,
  )
  .option("--brief", "try each mutant only until it is convicted: no matrix, a fraction of the trials")
  .option("--jobs <n>", "trials at once (default: as many as the measured stall allows)", integer("--jobs", 1))
  .option("--out <dir>", "where histories go (default reports/detection/<id>)")
  .option("--write", "write the matrix into docs/track-record.md")
  .addOption(jsonOption())
  .showHelpAfterError("(add --help for what there is)")
  .exitOverride()
  .addHelpText(
    "after",
    `
Exit status: 0 when every mutant was convicted by a property that names its sin and nobody else was accused, 1 when not,
3 bad input, 4 the harness failed, 130 interrupted.`,
  )
  .action(async (options: Options) => {
    process.exitCode = await interruptible((signal) => detect(options, signal));
  });

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function detect(options: Options, signal: AbortSignal): Promise<number> {
  await checkCluster(options.cluster);
  if (options.brief && options.write)
    throw new InputError(
      "a brief campaign makes no matrix to write",
      { field: "--brief" },
      "leave out --brief or --write",
    );
  for (const name of options.scenarios) await loadScenario(name); // bad input is told before anything starts
  const begun = performance.now();
  const { subjects, leftOut } = await prepareSubjects(options, options.cluster, signal);
  for (const { name, why } of leftOut) say(`${name} is left out: ${why}`);
  const folder = options.out ?? join("reports", "detection", newRunId());
  makeFolder(folder, "--out");
  const budget = options.budget ?? 4 * options.scenarios.length;
  let seen = 0;
  const tell = ({ elector, scenario, seed, verdict, reason, seconds }: Sighting): void => {
    seen += 1;
    const elapsed = ((performance.now() - begun) / 1000).toFixed(0);
    say(
      `${elapsed.padStart(5)} s  ${String(seen).padStart(4)}  ${elector} ${scenario} ${seed}: ${verdict} in ${seconds.toFixed(0)} s, ${reason.slice(0, 160)}`,
    );
  };
  const sightings = await runCampaign({ ...options, subjects, budget, folder }, tell, signal);
  const rows = subjects.map(({ subject }) => rowOf(subject, sightings));
  const faults = faultsOf(rows);
  const seconds = (performance.now() - begun) / 1000;
  const { seed, sweeps, scenarios } = options;
  const result = { seed, sweeps, scenarios, seconds, leftOut, rows, faults };
  writeFileSync(join(folder, "detection.json"), `${JSON.stringify({ ...result, sightings }, undefined, 2)}\n`);
  if (options.output === "json") process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else process.stdout.write(`\n${document(rows, options)}\n`);
  for (const fault of faults) say(`✗ ${fault}`);
  say(`${sightings.length} trials in ${(seconds / 60).toFixed(1)} min; ${join(folder, "detection.json")}`);
  if (signal.aborted) return EXIT.interrupted;
  if (options.write) writeTrackRecord(document(rows, options), options.cluster);
  return faults.length > 0 ? EXIT.fail : EXIT.pass;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
await allTaken();
process.exit();
