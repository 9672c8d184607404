import { expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { battery } from "../../tools/detection/battery.ts";
import type { Row } from "../../tools/detection/tally.ts";
import { detection } from "../e2e/detection.ts";
import { temporary } from "../e2e/cli.ts";
import { runnableOn } from "../e2e/runnable.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);

/** The matrix on the real control plane: who is convicted there, and who is acquitted. */
async function matrix(...asked: readonly string[]): Promise<readonly Row[]> {
  using folder = temporary();
  const { code, stdout, stderr } = await detection(
    "--cluster",
    "apiserver",
    "--sweeps",
    "1",
    "--out",
    folder.path,
    "-o",
    "json",
    ...asked,
  );
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { rows: readonly Row[] }).rows;
}

test.skipIf(!there)(
  "on the real control plane every mutant is convicted (skipped where its programs are missing)",
  { timeout: 5_400_000 },
  async () => {
    const mutants = (await matrix("--brief")).filter(({ kind }) => kind === "mutant");
    expect(mutants.length).toBeGreaterThanOrEqual(24);
    expect(mutants.filter(({ outcome }) => outcome !== "convicted")).toEqual([]);
  },
);

test.skipIf(!there)(
  "on the real control plane the other scenarios acquit right electors (skipped where its programs are missing)",
  { timeout: 5_400_000 },
  async () => {
    const others = (await runnableOn("apiserver")).filter((name) => !battery.includes(name));
    const rows = await matrix("--scenarios", others.join(","), "--mutants", "no-jitter");
    const reference = rows.find(({ elector }) => elector === "reference");
    expect(reference?.outcome).toBe("acquitted");
    for (const name of others) expect(reference?.cells[name]).toEqual({ trials: 1, failed: 0, unknown: 0, by: {} });
  },
);
