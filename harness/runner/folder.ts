import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { HarnessError, InputError, messageOf } from "../core/errors.ts";
import { mkdirs } from "../electors/mkdirs.ts";

const stamp = (now: Date): string =>
  now
    .toISOString()
    .replace(/[-:]/g, "")
    .replace("T", "-")
    .replace(/\.\d+Z$/, "");

/** Names a run: when it began, and enough chance to be unique on a machine. */
export const newRunId = (): string => `${stamp(new Date())}-${Math.random().toString(36).slice(2, 6).padEnd(4, "0")}`;

/** Makes the run's folder, `reports/<scenario>/<elector>/<run id>/` or what --out says. */
export function makeRunFolder(base: {
  readonly out?: string;
  readonly scenario: string;
  readonly elector: string;
  readonly id: string;
}): string {
  const folder = base.out ?? join("reports", base.scenario, base.elector.replaceAll("/", "_"), base.id);
  makeFolder(folder, "--out");
  makeFolder(join(folder, "trials"), "--out");
  return folder;
}

/** What a file system answers where it has no room, or fails: any other answer is to the path. */
const ofTheMachine = new Set(["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOMEM"]);

/** Makes a folder that the user names in `field`, and those above it; InputError where there can be none. */
export function makeFolder(path: string, field: string): void {
  try {
    mkdirs(path);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (ofTheMachine.has(code))
      throw new HarnessError(`${path} could not be made: ${message}`, { cause: error, mend: "see that there is room" });
    throw new InputError(
      `no folder can be made there: ${message}`,
      { file: path, field },
      "give a folder, or a path where one can be made",
    );
  }
}

/** Points reports/latest to a run's folder; returns why it could not, which is no part of the run. */
export function pointLatest(folder: string, reports = "reports"): string | undefined {
  const link = join(reports, "latest");
  // Runs side by side each put a link of their own in its place: it is never absent, and never half made.
  const made = `${link}.${process.pid}`;
  try {
    symlinkSync(relative(reports, folder), made);
    renameSync(made, link);
    return undefined;
  } catch (error) {
    rmSync(made, { force: true });
    return `${link} does not point to ${folder}: ${messageOf(error)}`;
  }
}
