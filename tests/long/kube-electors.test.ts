import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { interregnum, runDocument, temporary } from "../e2e/cli.ts";

const missing = Object.entries(await findPrograms())
  .filter(([, path]) => path === undefined)
  .map(([name]) => name);
const unless = missing.length > 0 ? ` (left out: no ${missing.join(", ")})` : "";

const electors = ["kube-scheduler", "kube-controller-manager"];
const scenarios = ["kill-leader", "partition-leader", "pause-leader", "lost-reply", "rolling-update"];
const all = electors.flatMap((elector) =>
  scenarios.flatMap((scenario) => [2, 3].map((replicas) => ({ elector, scenario, replicas }))),
);

describe.skipIf(missing.length > 0)(`Kubernetes' own electors are acquitted${unless}`, () => {
  test.each(all)(
    "$elector, $replicas of them, under $scenario",
    { timeout: 300_000 },
    async ({ elector, scenario, replicas }) => {
      using folder = temporary();
      const run = ["run", scenario, "--cluster", "apiserver", "--elector", elector, "--replicas", String(replicas)];
      // A trial that could tell nothing is tried again, by another seed; a failure is one.
      for (const seed of [11, 12, 13]) {
        const { code, stdout, stderr } = await interregnum(...run, "--seed", String(seed), "--out", folder.path);
        if (code === 2 && seed < 13) continue;
        expect(code, stdout + stderr).toBe(0);
        break;
      }
      expect(runDocument(folder.path).trials[0]!.properties.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    },
  );

  test.each([
    { elector: "kube-scheduler", did: "create pods/binding work-" },
    { elector: "kube-controller-manager", did: "create replicasets" },
  ])(
    "two of $elector that do not elect both work, and that is shown by what they did",
    { timeout: 300_000 },
    async ({ elector, did }) => {
      using folder = temporary();
      const source = join(folder.path, "elector");
      cpSync(join(import.meta.dirname, "..", "..", "fixtures", "electors", elector), source, { recursive: true });
      const file = join(source, "elector.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("--leader-elect=true", "--leader-elect=false"));
      const run = ["run", "calm", "--cluster", "apiserver", "--elector", file, "--replicas", "2", "--seed", "11"];
      const { code, stdout } = await interregnum(...run, "--out", join(folder.path, "out"));
      expect(code, stdout).toBe(1);
      const [first] = runDocument(join(folder.path, "out")).trials[0]!.properties;
      expect(first).toMatchObject({ name: "at-most-one-effect", verdict: "fail", level: "L3" });
      expect(JSON.stringify(first!.witnesses)).toContain(did);
    },
  );
});
