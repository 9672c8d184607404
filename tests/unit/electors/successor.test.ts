import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findElector } from "../../../harness/electors/catalogue.ts";
import { loadElector } from "../../../harness/electors/load.ts";
import { successorFor } from "../../../harness/electors/successor.ts";
import { loadScenario } from "../../../harness/runner/scenarios.ts";

const folder = mkdtempSync(join(tmpdir(), "interregnum-successor-"));
afterAll(() => rmSync(folder, { recursive: true }));

const migration = await loadScenario("lock-migration");

async function rolled(old: string, next: string) {
  writeFileSync(join(folder, "next.yaml"), `name: next\ncommand: [b]\n${next}`);
  writeFileSync(join(folder, "old.yaml"), `name: old\ncommand: [a]\nsuccessor: next.yaml\n${old}`);
  return successorFor(await loadElector(join(folder, "old.yaml")), migration);
}

describe("what a scenario rolls to", () => {
  test("is the successor, which may hold another lock", async () => {
    expect(await rolled("", "lock: { kind: ConfigMap }\n")).toMatchObject({
      name: "next",
      lock: { kind: "ConfigMap" },
    });
  });

  test("is nobody where the scenario migrates none", async () => {
    expect(await successorFor(await findElector("reference"), await loadScenario("rolling-update"))).toBeUndefined();
  });

  test("must be named", async () => {
    await expect(successorFor(await findElector("python"), migration)).rejects.toMatchObject({
      message: expect.stringMatching(/python names no successor/),
      where: { field: "successor" },
      mend: expect.stringMatching(/successor: /),
    });
  });

  test.each([
    ["release: true\n", "", /differ in release/],
    ["", "observe: record\n", /differ in observe/],
    ["", "timing: { leaseDuration: 9s, retryPeriod: 1s }\n", /differ in timing/],
    ["", "bounds: { takeover: { leases: 3 } }\n", /differ in bounds/],
  ])("must be judged by the same profile: %j, then %j", async (old, next, message) => {
    await expect(rolled(old, next)).rejects.toThrow(message);
  });

  test.each(["reference", "client-go-0.17-endpoints", "client-go-0.23-endpointsleases", "client-go-0.17-configmaps"])(
    "of %s comes with the package",
    async (name) => {
      expect(await successorFor(await findElector(name), migration)).toBeDefined();
    },
  );
});
