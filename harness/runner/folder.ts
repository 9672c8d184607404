import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

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
  mkdirSync(join(folder, "trials"), { recursive: true });
  return folder;
}

/** Points reports/latest to the last run's folder. */
export function pointLatest(folder: string): void {
  const link = join("reports", "latest");
  mkdirSync("reports", { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(relative(dirname(link), folder), link);
}
