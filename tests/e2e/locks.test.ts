import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { failedIn, historyOf, interregnum, temporary } from "./cli.ts";
import { expectDoubleWorkWhileRolled, expectRaceWhenScaled } from "./managers.ts";

const go = spawnSync("go", ["version"]).status === 0;

const runIn = (folder: string, scenario: string, elector: string) =>
  interregnum("run", scenario, "--elector", elector, "--seed", "7", "--no-shrink", "--out", folder);

test("reference passes lock-migration: from a Lease to a Lease and a ConfigMap", { timeout: 300_000 }, async () => {
  using folder = temporary();
  const { code, stdout, stderr } = await runIn(folder.path, "lock-migration", "reference");
  expect(code, stdout + stderr).toBe(0);
});

// tests/long/field.test.ts has the other locks.
describe.skipIf(!go)("client-go's old locks and its managers (skipped where Go is missing)", () => {
  test.concurrent.each([
    ["client-go-0.17-endpoints", "partition-leader"],
    ["client-go-0.17-endpoints", "lock-migration"],
    ["client-go-0.23-endpointsleases", "lock-migration"],
  ])("%s passes %s", { timeout: 900_000 }, async (elector, scenario) => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, scenario, elector);
    expect(code, stdout + stderr).toBe(0);
    const holders = historyOf(folder.path).flatMap((event) => (event.type === "record" ? [event.record?.holder] : []));
    expect(holders.some((holder) => holder?.startsWith(elector.replaceAll(".", "-")))).toBe(true);
  });

  // Its identity is the machine's host name and a UUID: no pod's.
  test.concurrent("manager passes rolling-update", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, "rolling-update", "manager");
    expect(code, stdout + stderr).toBe(0);
  });

  test.concurrent("two versions that guard two objects both lead", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const elector = "client-go-0.17-endpoints+straight-to-leases";
    const { code, stdout, stderr } = await runIn(folder.path, "lock-migration", elector);
    expect(code, stdout + stderr).toBe(1);
    expect(failedIn(folder.path)).toContain("at-most-one-leader");
  });

  test("a manager without its election works twice while it is rolled", { timeout: 900_000 }, async () => {
    using folder = temporary();
    await expectDoubleWorkWhileRolled(folder.path, "embedded", "manager+no-election");
  });

  test("a manager without its election, scaled from one to three, works thrice", { timeout: 900_000 }, async () => {
    using folder = temporary();
    await expectRaceWhenScaled(folder.path, "embedded", "manager+no-election");
  });

  test(
    "0.17 waits its own duration, not the record's: a known limit, and a failure when strict",
    { timeout: 900_000 },
    async () => {
      using folder = temporary();
      const { code, stdout, stderr } = await runIn(folder.path, "record-edited", "client-go-0.17-leases");
      expect(code, stdout + stderr).toBe(0);
      expect(failedIn(folder.path)).toEqual(["no-early-takeover"]);
      expect((await interregnum("recheck", folder.path, "--strict")).code).toBe(1);
    },
  );
});
