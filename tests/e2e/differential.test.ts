import { describe, expect, test } from "vitest";
import { findPrograms } from "../../harness/clusters/apiserver/binaries.ts";
import { differential } from "../differential/api.ts";
import { discovered } from "../differential/discovery.ts";
import { rollouts } from "../differential/rollout/compare.ts";

const there = Object.values(await findPrograms()).every((program) => program !== undefined);

/** A slice of tests/long/differential.test.ts: docs/differential.md says what is compared. */
describe.skipIf(!there)("the embedded API beside the real one (skipped where its programs are missing)", () => {
  test("drawn requests are answered alike", async () => {
    const { operations, found } = await differential(75, 1);
    expect(found).toBeUndefined();
    expect(operations).toBeGreaterThanOrEqual(1000);
  });

  test("discovery tells the same of what both serve", async () => {
    expect(await discovered()).toEqual([]);
  });

  test("drawn rollouts go through the same states", async ({ signal }) => {
    const { turns, found } = await rollouts(8, 1, signal);
    expect(found).toEqual([]);
    expect(turns).toBeGreaterThanOrEqual(60);
  });
});
