import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { timingFor } from "../../../harness/cli/options.ts";
import { millis } from "../../../harness/core/time.ts";
import { loadElector } from "../../../harness/electors/load.ts";
import { checkElector } from "../../../harness/runner/homes.ts";

let file: string;
beforeEach(() => void (file = join(mkdtempSync(join(tmpdir(), "interregnum-homes-")), "elector.yaml")));
afterEach(() => rmSync(join(file, ".."), { recursive: true }));

const load = async (more: string) => {
  writeFileSync(file, `name: x\ncommand: [a]\n${more}`);
  return loadElector(file);
};
const refusal = (field: string, line: number, mend: RegExp) =>
  expect.objectContaining({
    name: "InputError",
    where: { file, line, field },
    mend: expect.stringMatching(mend) as string,
  });

describe("an elector that a cluster cannot run is refused by the line of its field", () => {
  test.each([
    ["simulation", "release: true\n", "simulate", 1, /simulate: /],
    ["simulation", "simulate: ./a.ts\nlock:\n  kind: ConfigMap\n", "lock.kind", 5, /lock a Lease/],
    ["simulation", "simulate: ./a.ts\nworkload: DaemonSet\n", "workload", 4, /Deployment/],
    ["simulation", "simulate: ./a.ts\nobserve: { metrics: { port: 1 } }\n", "observe", 4, /stdout/],
    ["embedded", "\nwork: { acts: [create pods], setup: a.yaml }\n", "work", 4, /apiserver/],
    ["somewhere", "release: true\nworkload: DaemonSet\n", "workload", 4, /kind/],
  ])("%s: %j", async (cluster, more, field, line, mend) => {
    const elector = await load(more);
    expect(() => checkElector(cluster, elector)).toThrow(refusal(field, line, mend));
  });

  test("a timing for one that takes none", async () => {
    const elector = await load("\ntunable: false\n");
    const asked = { leaseDuration: millis(4000), renewDeadline: millis(2000), retryPeriod: millis(1000) };
    expect(() => timingFor(elector, asked)).toThrow(refusal("tunable", 4, /--timing/));
  });

  test("a file that is gone since has no lines", async () => {
    const elector = { ...(await load("workload: DaemonSet\n")), file: join(file, "..", "gone.yaml") };
    expect(() => checkElector("somewhere", elector)).toThrow(
      expect.objectContaining({ where: { file: elector.file, field: "workload" } }),
    );
  });
});
