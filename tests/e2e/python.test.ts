import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { incarnationKey, type Incarnation, type ReturnEvent } from "../../harness/core/events.ts";
import { historyOf, interregnum, runDocument, temporary } from "./cli.ts";

const python = spawnSync("python3", ["--version"]).status === 0;

/** Each sin with a scenario that brings it out, the property that names it, and the trials that it may take. */
const sins: readonly (readonly [mutant: string, scenario: string, property: string, trials: number])[] = [
  ["no-deadline", "partition-leader", "at-most-one-leader", 1],
  ["claim-before-write", "kill-leader", "claim-backed-by-record", 1],
  ["trust-remote-clock", "clock-skew", "no-early-takeover", 1],
  // a renewal that was under way as it released is refused, and ends its work early
  ["release-before-stop", "evict-leader", "release-then-quiet", 3],
  ["work-outlives-loss", "partition-leader", "at-most-one-effect", 1],
  ["one-shot", "partition-leader", "rejoin", 1],
  ["adopt-on-restart", "same-identity-restart", "claim-backed-by-record", 1],
  ["watch-only", "kill-leader", "failover", 1],
];
const passing = ["rolling-update-ha", "pause-leader", "watch-freeze", "clock-skew"];

describe.skipIf(!python).concurrent("a second elector, in Python (skipped where python3 is missing)", () => {
  test.each(passing)("is acquitted under %s", { timeout: 180_000 }, async (scenario) => {
    using folder = temporary();
    const args = ["run", scenario, "--elector", "python", "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum(...args);
    expect(code, stdout + stderr).toBe(0);
    if (scenario === "pause-leader") expect(runDocument(folder.path).trials[0]?.hazards.length).toBeGreaterThan(0);
  });

  test.each(sins)(
    "%s under %s is convicted by %s",
    { timeout: 180_000 },
    async (mutant, scenario, property, trials) => {
      using folder = temporary();
      const args = ["run", scenario, "--elector", `python+${mutant}`, "--trials", String(trials), "--seed", "7"];
      const { code, stdout } = await interregnum(...args, "--no-shrink", "--out", folder.path);
      expect(code, stdout).toBe(1);
      const all = runDocument(folder.path).trials.flatMap(({ properties }) => properties);
      expect(all.filter(({ verdict }) => verdict === "fail").map(({ name }) => name)).toContain(property);
    },
  );

  test("waits as long as a 429 tells it to, and keeps its term", { timeout: 180_000 }, async () => {
    using folder = temporary();
    const args = ["run", "flaky-api", "--elector", "python", "--seed", "7", "--out", folder.path];
    const { code, stdout } = await interregnum(...args);
    expect(code, stdout).toBe(0);
    const events = historyOf(folder.path);
    const refused = events.find((event) => event.type === "fail" && event.status === 429) as ReturnEvent;
    const next = events.find(
      (event) => event.type === "invoke" && event.verb === "update" && event.at > refused.at && isSame(event, refused),
    );
    expect(next!.type === "invoke" && next!.at - refused.at).toBeGreaterThanOrEqual(1000); // by itself it tries after P/2
  });
});

const isSame = (one: Incarnation, other: Incarnation): boolean => incarnationKey(one) === incarnationKey(other);
