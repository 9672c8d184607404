import { expect, test } from "vitest";
import { addressesOf } from "../../../harness/clusters/addresses.ts";
import { backOff } from "../../../harness/clusters/backoff.ts";

test("addresses of a run are loopback, distinct, and no network or broadcast address", () => {
  const next = addressesOf("run-1");
  const all = Array.from({ length: 2000 }, next);
  expect(new Set(all).size).toBe(2000);
  for (const address of all) expect(address).toMatch(/^127\.[1-9]\d*\.\d+\.(?!0$)(?!255$)\d+$/);
});

test("the first restart comes at once, then 1 s doubling to 10 s", () => {
  expect([1, 2, 3, 4, 5, 6, 100].map(backOff)).toEqual([0, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});
