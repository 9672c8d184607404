import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listMutants } from "../../harness/electors/catalogue.ts";
import { runDocument, temporary } from "../e2e/cli.ts";
import { compareOn, ours, problem, unless, verdictsOf } from "../e2e/kind.ts";

/** Each in a scenario that brings its sin out; every one is run in both. */
const SINS: readonly (readonly [mutant: string, scenario: string])[] = [
  ["transitions-wrong", "evict-leader"],
  ["claim-before-write", "evict-leader"],
  ["stop-twice", "evict-leader"],
  ["no-deadline", "partition-leader"],
  ["work-outlives-loss", "partition-leader"],
  ["constant-identity", "partition-leader"],
];
const nameOf = (mutant: string): string => `reference+${mutant}`;

const failuresOf = (folder: string): readonly string[] =>
  runDocument(folder).trials.flatMap(({ properties }) =>
    properties.filter(({ verdict }) => verdict === "fail").map(({ name }) => name),
  );

describe.skipIf(problem !== undefined)(`mutants as images on kind${unless(problem)}`, () => {
  test(
    "each is convicted by a property that names its sin, and the right one passes beside them",
    { timeout: 3_600_000 },
    async () => {
      using folder = temporary();
      const named = new Map((await listMutants()).map((mutant) => [mutant.name, mutant.named]));
      const scenarios = ["evict-leader", "partition-leader"];
      const electors = ["reference", ...SINS.map(([mutant]) => nameOf(mutant))];
      // Two trials at once, each in a namespace of its own: a sin that one seed does not show, the other may.
      const more = ["--trials", "2", "--jobs", "2", "--no-shrink"];
      const { stdout, stderr, matrix } = await compareOn(folder.path, electors, scenarios.join(","), ...more);
      const said = stdout + stderr;
      expect(verdictsOf(matrix).slice(0, 2), said).toEqual(scenarios.map((scenario) => `reference ${scenario} pass`));
      for (const [mutant, scenario] of SINS) {
        const failures = failuresOf(join(folder.path, nameOf(mutant), scenario));
        expect(
          failures.filter((name) => named.get(nameOf(mutant))?.includes(name)),
          `${mutant}\n${said}`,
        ).not.toEqual([]);
      }
      expect(ours()).toEqual([]);
    },
  );
});
