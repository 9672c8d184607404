import { expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { listElectors, listMutants } from "../../harness/electors/catalogue.ts";
import { missingPrograms } from "../../harness/electors/programs.ts";
import { loadScenario } from "../../harness/runner/scenarios.ts";
import { battery } from "../../tools/detection/battery.ts";
import { mootness } from "../../tools/detection/moot.ts";
import type { LeftOut } from "../../tools/detection/subjects.ts";
import type { Row } from "../../tools/detection/tally.ts";
import { detection } from "../e2e/detection.ts";
import { temporary } from "../e2e/cli.ts";
import { runnableOn } from "../e2e/runnable.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);

/** Electors that can run here; the programs of the others are absent from this machine, or they run on kind alone. */
const able: readonly string[] = await Promise.all(
  (await listElectors()).map(async (elector) =>
    elector.manifests === undefined && (await missingPrograms(elector)).length === 0 ? [elector.name] : [],
  ),
).then((names) => names.flat());

type Matrix = { readonly rows: readonly Row[]; readonly leftOut: readonly LeftOut[] };

/** The matrix on the real control plane: who is convicted there, and who is acquitted. */
async function matrix(...asked: readonly string[]): Promise<Matrix> {
  using folder = temporary();
  const where = ["--cluster", "apiserver", "--sweeps", "1", "--out", folder.path, "-o", "json"];
  const { code, stdout, stderr } = await detection(...where, ...asked);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Matrix;
}

/** Every elector that can run here was judged, and accused of nothing, under every one of the scenarios. */
async function expectAcquitted(rows: readonly Row[], scenarios: readonly string[]): Promise<void> {
  const right = rows.filter(({ kind }) => kind === "right");
  expect(right.map(({ elector }) => elector).toSorted()).toEqual(able.toSorted());
  expect(right.filter(({ outcome }) => outcome !== "acquitted")).toEqual([]);
  const electors = await listElectors();
  for (const name of scenarios) {
    const scenario = await loadScenario(name);
    for (const { elector, cells } of right) {
      const moot =
        mootness(
          electors.find((each) => each.name === elector)!,
          scenario,
        ) !== undefined;
      const { trials, failed, unknown } = cells[name] ?? { trials: 0, failed: 0, unknown: 0 };
      expect([failed, trials > unknown], `${elector} under ${name}`).toEqual([0, !moot]);
    }
  }
}

test.skipIf(!there)(
  "on the real control plane every mutant is convicted (skipped where its programs are missing)",
  { timeout: 5_400_000 },
  async () => {
    const { rows, leftOut } = await matrix("--brief");
    const expected = (await listMutants()).filter(
      ({ elector, named, successor }) => able.includes(elector) && named.length > 0 && successor === undefined,
    );
    const convicted = rows.filter(({ kind, outcome }) => kind === "mutant" && outcome === "convicted");
    expect(convicted.map(({ elector }) => elector).toSorted()).toEqual(expected.map(({ name }) => name).toSorted());
    for (const { name, why } of leftOut) console.log(`left out: ${name}: ${why}`);
    await expectAcquitted(rows, battery);
  },
);

test.skipIf(!there)(
  "on the real control plane the other scenarios acquit right electors (skipped where its programs are missing)",
  { timeout: 5_400_000 },
  async () => {
    const others = (await runnableOn("apiserver")).filter((name) => !battery.includes(name));
    expect(others.length + battery.length).toBeGreaterThanOrEqual(32);
    const { rows } = await matrix("--scenarios", others.join(","), "--mutants", "no-jitter");
    await expectAcquitted(rows, others);
  },
);
