import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { historyOf, interregnum, runDocument, temporary } from "./cli.ts";

const go = spawnSync("go", ["version"]).status === 0;

/** Each of client-go's old locks under a scenario. */
const locks = [
  ["client-go-0.17-endpoints", "rolling-update"],
  ["client-go-0.17-endpoints", "partition-leader"],
  ["client-go-0.17-configmaps", "kill-leader"],
  ["client-go-0.17-leases", "partition-leader"],
  ["client-go-0.23-endpointsleases", "rolling-update"],
  ["client-go-0.23-endpointsleases", "partition-leader"],
  ["client-go-0.23-configmapsleases", "kill-leader"],
] as const;

describe.skipIf(!go)("client-go's old locks and its managers (skipped where Go is missing)", () => {
  test.concurrent.each(locks)("%s passes %s", { timeout: 900_000 }, async (elector, scenario) => {
    using folder = temporary();
    const args = ["run", scenario, "--elector", elector, "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum(...args);
    expect(code, stdout + stderr).toBe(0);
    const holders = historyOf(folder.path).flatMap((event) => (event.type === "record" ? [event.record?.holder] : []));
    expect(holders.some((holder) => holder?.startsWith(elector.replaceAll(".", "-")))).toBe(true);
  });

  test("a manager of one replica: two pods in a rollout, and one works", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const args = ["run", "rolling-update", "--elector", "manager", "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum(...args);
    expect(code, stdout + stderr).toBe(0);
  });

  test("without --enable-leader-election both work", { timeout: 900_000 }, async () => {
    using folder = temporary();
    const args = ["run", "rolling-update", "--elector", "manager+no-election", "--seed", "7", "--out", folder.path];
    const { code, stdout, stderr } = await interregnum(...args);
    expect(code, stdout + stderr).toBe(1);
    const failed = runDocument(folder.path).trials[0]?.properties.filter(({ verdict }) => verdict === "fail");
    expect(failed?.map(({ name }) => name)).toContain("at-most-one-effect");
  });
});
