import { Option, type Command } from "commander";
import type { RuntimeName } from "../clusters/runtime.ts";
import { MOST_REPLICAS, type Timing } from "../core/elector.ts";
import { type Millis, seconds } from "../core/time.ts";
import { runtimeNames } from "../runner/runtimes.ts";
import * as option from "./options.ts";

export type RunOptions = {
  readonly elector: string;
  readonly cluster: string;
  readonly runtime?: RuntimeName;
  readonly trials: number;
  readonly replicas?: number;
  readonly seed?: number;
  readonly shard: { readonly index: number; readonly of: number };
  readonly jobs?: number;
  readonly timeLimit?: Millis;
  /** false: not at all. */
  readonly shrink: Millis | false;
  readonly timing?: Timing;
  readonly out?: string;
  readonly reporter: readonly string[];
  readonly strict?: boolean;
  readonly keep?: boolean;
  readonly nodeImage?: string;
  readonly touchNodes?: boolean;
  readonly relayImage?: string;
  readonly threshold: readonly string[];
  readonly output?: "json";
};

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

export const jsonOption = (): Option =>
  new Option("-o, --output <format>", "json: one document on stdout, everything else on stderr").choices(["json"]);

/** What only a context of the user's kubeconfig asks for. */
export const addContextOptions = (command: Command): Command =>
  command
    .option(
      "--touch-nodes",
      "a context's nodes may be touched: drained, images loaded into them, processes signalled from them",
    )
    .option(
      "--relay-image <image>",
      "image with a node, for the relay beside each elector of a context (default: node:24-slim)",
    );

export function addRunOptions(command: Command): Command {
  return addContextOptions(command)
    .option(
      "--elector <name|file>",
      "the elector under test: a name of `list electors`, or an elector.yaml",
      "reference",
    )
    .option(
      "--cluster <name>",
      "where: embedded, apiserver (a real control plane), kind, simulation (virtual time, for electors in process), or a context of your kubeconfig",
      "embedded",
    )
    .addOption(
      new Option(
        "--runtime <name>",
        "as what a replica runs on this machine (default: process; container where the elector is an image)",
      ).choices(runtimeNames),
    )
    .option(
      "--trials <n>",
      "how many trials, each with its own times drawn from the seed",
      option.integer("--trials", 1),
      1,
    )
    .option(
      "--replicas <n>",
      "how many replicas, where the scenario would have it another number",
      option.integer("--replicas", 1, MOST_REPLICAS),
    )
    .option(
      "--seed <s>",
      "seed of the first trial; the next ones count up (default: drawn, and printed)",
      option.integer("--seed", 0, option.LARGEST_SEED),
    )
    .option("--shard <i/n>", "run only every n-th trial, from the i-th", option.shard, { index: 0, of: 1 })
    .option(
      "--jobs <n>",
      "trials at once (default: as many as run undisturbed, by measured stall)",
      option.integer("--jobs", 1),
    )
    .option(
      "--time-limit <duration>",
      "start no trial that would end later; cut what still runs",
      option.duration("--time-limit"),
    )
    .option(
      "--shrink <duration>",
      "how long failing trials are run again, and a failing schedule of `everything` is shrunk",
      option.duration("--shrink"),
      seconds(300),
    )
    .option("--no-shrink", "leave failing trials as they are")
    .option("--timing <L/D/P>", "timing of a tunable elector (default 4s/2s/1s)", option.timing)
    .option(
      "--out <dir>",
      "the run's folder (default reports/<scenario>/<elector>/<run id>)",
      option.notEmpty("--out", "./out"),
    )
    .option(
      "--reporter <names>",
      "default, json, junit, github, html, markdown",
      option.names("--reporter", "html,junit"),
      ["default"],
    )
    .option("--strict", "hazards and known limits are failures")
    .option("--keep", "keep the cluster that was made, or take the one that was kept (kind)")
    .option("--node-image <image>", "image of a kind node (default: KIND_NODE_IMAGE, else kind's own)")
    .option("--threshold <expression>", "fail when crossed, e.g. 'failover.p95<20s' (repeatable)", collect, [])
    .addOption(jsonOption());
}
