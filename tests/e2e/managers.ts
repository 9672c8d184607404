import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { incarnationKey } from "../../harness/core/events.ts";
import { failuresOf, historyOf, interregnum, runDocument } from "./cli.ts";

const electors = join(import.meta.dirname, "..", "..", "fixtures", "electors");
const FLAG = "--enable-leader-election";

/** An elector.yaml in the folder that is the manager's, but for the flag: it is gone from the command. */
export function unflagged(folder: string): string {
  const text = readFileSync(join(electors, "manager", "elector.yaml"), "utf8");
  const without = text.replace(` ${FLAG},`, "").replace("../client-go", join(electors, "client-go"));
  const [before, after] = [text, without].map((each) => (parse(each) as { command: readonly string[] }).command);
  expect(after).toEqual(before!.filter((word) => word !== FLAG));
  expect(after).toHaveLength(before!.length - 1);
  const file = join(folder, "elector.yaml");
  writeFileSync(file, without);
  return file;
}

/**
 * Three trials, of which at-most-one-effect must have failed one at least (a hazard is no failure): what
 * the machine stalls around a moment of work side by side may hide it in another. Returns those that failed.
 */
async function convictedTrials(folder: string, scenario: string, cluster: string, elector: string, replicas?: number) {
  const on = [
    "--cluster",
    cluster,
    "--elector",
    elector,
    ...(replicas === undefined ? [] : ["--replicas", `${replicas}`]),
  ];
  const trials = ["--seed", "7", "--trials", "3", "--out", folder];
  const { code, stdout, stderr } = await interregnum("run", scenario, ...on, ...trials);
  expect(code, stdout + stderr).toBe(1);
  for (const { schedule } of runDocument(folder).trials) expect(schedule[0].replicas).toBe(1);
  const failures = failuresOf(folder, "at-most-one-effect");
  expect(failures, stdout + stderr).not.toEqual([]);
  for (const failure of failures) expect(failure.level).toBe("L3");
  return failures;
}

/** A pod's template hash, of an incarnation `<name>-<hash>-<suffix>#n`. */
const revisionOf = (incarnation: string): string => incarnation.split("-").at(-2)!;

/** Rolls the one replica of a manager without its election: the pod of the old revision works on beside that of the new. */
export async function expectDoubleWorkWhileRolled(folder: string, cluster: string, elector: string): Promise<void> {
  for (const { witnesses } of await convictedTrials(folder, "rolling-update", cluster, elector)) {
    expect(new Set(witnesses[0]!.incarnations.map(revisionOf)).size).toBe(2);
    expect(witnesses[0]!.overlap!.least).toBeGreaterThan(0);
  }
}

/** Scales a manager without its election from one to three: who works alone is joined by two, and all three work. */
export async function expectRaceWhenScaled(folder: string, cluster: string, elector: string): Promise<void> {
  for (const { trial, witnesses } of await convictedTrials(folder, "scale-up-down", cluster, elector, 1)) {
    const events = historyOf(folder, trial);
    const moment = (phase: "inject" | "heal") =>
      events.find((event) => event.type === "fault" && event.id === "scale-1" && event.phase === phase)!.at;
    const workers = (from: number, to: number) =>
      new Set(
        events.flatMap((event) =>
          event.type === "act" && event.at >= from && event.at < to ? [incarnationKey(event)] : [],
        ),
      );
    expect(workers(0, moment("inject")).size).toBe(1);
    expect(workers(moment("inject"), moment("heal")).size).toBe(3);
    for (const { from } of witnesses) expect(from).toBeGreaterThan(moment("inject"));
  }
}
