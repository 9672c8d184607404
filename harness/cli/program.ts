import { Command } from "commander";
import * as option from "./options.ts";
import { EXIT, explain } from "./exit.ts";
import { addContextOptions, addRunOptions, jsonOption, type RunOptions } from "./run-options.ts";
import { HarnessError } from "../core/errors.ts";
import { plainLines } from "../report/safe.ts";
import { HARNESS_VERSION } from "../runner/version.ts";

// Each command's rooms are loaded when it is called: `--help` and bad input answer at once.
/** The command line; what holds the pages to it reads its definitions. */
export const program = new Command("interregnum")
  .description("Chaos and conformance tests for Kubernetes leader election.")
  .version(HARNESS_VERSION)
  .showHelpAfterError("(add --help for what there is)")
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(plainLines(text)) })
  .addHelpText(
    "after",
    `
Exit status: 0 pass, 1 fail, 2 unknown, 3 bad input, 4 the harness or its environment failed, 130 interrupted.

Examples:
  interregnum run rolling-update
  interregnum run partition-leader kill-leader --elector ./elector.yaml --trials 10 --seed 7
  interregnum compare reference client-go --scenarios kill-leader,partition-leader
  interregnum recheck reports/latest`,
  );

const finish = async (work: Promise<number>): Promise<void> => {
  process.exitCode = await work;
};

addRunOptions(program.command("run").argument("<scenario...>", "names of `list scenarios`"))
  .description("run scenarios against one elector, judge, report")
  .action(async (names: string[], options: RunOptions) => finish((await import("./run.ts")).run(names, options)));

addRunOptions(program.command("compare").argument("<elector...>", "names of `list electors`, or elector.yaml files"))
  .description("run several electors with the same seeds side by side, print and write a matrix")
  .option(
    "--scenarios <a,b>",
    "which scenarios (default: rolling-update,kill-leader,partition-leader,pause-leader)",
    option.nameList("--scenarios", "calm,kill-leader"),
  )
  .action(async (names: string[], options: RunOptions & { scenarios?: string }) =>
    finish((await import("./compare.ts")).compare(names, options)),
  );

addContextOptions(program.command("replay"))
  .description("run a recorded trial's realised schedule again")
  .argument("<run dir>", "a run's folder, e.g. reports/latest")
  .option("--trial <n>", "which trial (default: the first that failed, else the first)")
  .option("--minimal", "the schedule that the trial was shrunk to")
  .option("--times <k>", "how often", "1")
  .option("--elector <name|file>", "another elector than the recorded one")
  .option("--strict", "hazards and known limits are failures")
  .option("--out <dir>", "the new run's folder", option.notEmpty("--out", "./out"))
  .addOption(jsonOption())
  .action(async (folder: string, options) => finish((await import("./replay.ts")).replay(folder, options)));

program
  .command("recheck")
  .description("judge a recorded history again, without running anything")
  .argument("<run dir or history>", "a run's folder, or a history.jsonl")
  .option("--strict", "hazards and known limits are failures")
  .addOption(jsonOption())
  .action(async (path: string, options) => finish((await import("./recheck.ts")).recheckCommand(path, options)));

program
  .command("merge")
  .description("join the shards of one run")
  .argument("<run dir...>", "the shards' folders")
  .option("--out <dir>", "the joined run's folder", option.notEmpty("--out", "./out"))
  .addOption(jsonOption())
  .action(async (folders: string[], options) => finish((await import("./merge.ts")).mergeCommand(folders, options)));

program
  .command("list")
  .description("what there is, a line each")
  .argument("<what>", "scenarios, electors, clusters, faults or properties")
  .addOption(jsonOption())
  .action(async (what: string, options) => finish((await import("./list.ts")).list(what, options)));

program
  .command("init")
  .description("write a starting elector.yaml")
  .argument("[file]", "where", "elector.yaml")
  .action(async (file: string) => finish((await import("./init.ts")).init(file)));

program
  .command("doctor")
  .description("what this machine can run, what is missing and the command that mends it")
  .addOption(jsonOption())
  .action(async (options) => finish((await import("./doctor.ts")).doctorCommand(options)));

program
  .command("clean")
  .description("remove whatever a killed run left behind")
  .addOption(jsonOption())
  .action(async (options) => finish((await import("./clean.ts")).cleanCommand(options)));

/** Runs the command line of this process; returns its exit status. */
export async function main(): Promise<number> {
  try {
    await program.parseAsync();
  } catch (error) {
    return explain(error);
  }
  return Number(process.exitCode ?? EXIT.pass);
}

/** The status of a command, once its output was flushed: 4 where some of it was lost for want of room. */
export const statusOf = (judged: number, lost: Error | undefined): number =>
  lost === undefined
    ? judged
    : explain(new HarnessError(`output could not be written: ${lost.message}`, { mend: "see that there is room" }));
