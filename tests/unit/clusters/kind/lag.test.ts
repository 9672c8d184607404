import { expect, test } from "vitest";
import { lagIn } from "../../../../harness/clusters/kind/lag.ts";

/** Windows of 100 ms from 0, each with what was busy in it. */
const windows = (...busy: readonly number[]) =>
  busy.map((each, index) => ({ from: index * 100, to: (index + 1) * 100, busy: each }));

test("who did nothing was not late", () => {
  expect(lagIn(windows(0, 0, 0), 250)).toBe(0);
  expect(lagIn([], 250)).toBe(0);
});

test("what was busy in the window may all lie right before the stamp", () => {
  expect(lagIn(windows(0, 0, 30), 250)).toBe(30);
});

test("a stretch that was busy throughout is walked back through", () => {
  expect(lagIn(windows(0, 40, 100, 120), 350)).toBe(50 + 100 + 40);
  expect(lagIn(windows(40, 0, 100, 100), 400)).toBe(200);
});

test("what came after the stamp does not count", () => {
  expect(lagIn(windows(0, 10, 90), 200)).toBe(10);
});
