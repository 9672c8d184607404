import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { failedIn, historyOf, interregnum, shownIn, temporary } from "./cli.ts";

const go = spawnSync("go", ["version"]).status === 0;

const runIn = (folder: string, scenario: string, elector: string) =>
  interregnum("run", scenario, "--elector", elector, "--seed", "7", "--out", folder);

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

  test.concurrent.each([
    ["client-go-0.17-endpoints+straight-to-leases", "lock-migration", "at-most-one-leader"],
    ["manager+no-election", "rolling-update", "at-most-one-effect"],
  ])("%s under %s is convicted by %s", { timeout: 900_000 }, async (elector, scenario, property) => {
    using folder = temporary();
    const { code, stdout, stderr } = await runIn(folder.path, scenario, elector);
    expect(code, stdout + stderr).toBe(1);
    expect(shownIn(folder.path)).toContain(property);
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
