import fc from "fast-check";
import { expect, test } from "vitest";
import { nextWidth, type Pressure } from "../../../harness/runner/width.ts";

const calm = { harness: 0, replicas: 0, room: 1000 };

test("opens while all places are taken and nothing stalls, by a quarter", () => {
  expect(nextWidth(2, { ...calm, running: 2 })).toBe(3);
  expect(nextWidth(20, { ...calm, running: 20 })).toBe(25);
});

test("stays where places are free: what was not tried is not known to be calm", () => {
  expect(nextWidth(20, { ...calm, running: 12 })).toBe(20);
});

test("stays between calm and crowded", () => {
  expect(nextWidth(20, { ...calm, running: 20, harness: 0.04 })).toBe(20);
  expect(nextWidth(20, { ...calm, running: 20, replicas: 0.05 })).toBe(20);
});

test("closes when the harness or the replicas stall, once until the trials have ended that are too many", () => {
  expect(nextWidth(20, { ...calm, running: 20, harness: 0.2 })).toBe(15);
  expect(nextWidth(20, { ...calm, running: 20, replicas: 0.3 })).toBe(15);
  expect(nextWidth(15, { ...calm, running: 18, harness: 0.2 })).toBe(15);
  expect(nextWidth(20, { ...calm, running: 4, harness: 0.2 })).toBe(3);
});

test("no more trials than memory has room for, and one in any case", () => {
  expect(nextWidth(8, { ...calm, running: 8, room: 1 })).toBe(9);
  expect(nextWidth(8, { ...calm, running: 8, room: -3 })).toBe(5);
  expect(nextWidth(1, { ...calm, running: 1, room: -9 })).toBe(1);
});

/** A machine on which `bears` trials run undisturbed, and each one more costs the harness a twentieth. */
const machine =
  (bears: number) =>
  (running: number): Pressure => ({ ...calm, running, harness: Math.max(0, running - bears) / 20 });

test("finds what a machine bears, and stays within a third of it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 80 }), (bears, first) => {
      const pressure = machine(bears);
      let width = first;
      for (let stretch = 0; stretch < 40; stretch++) width = nextWidth(width, pressure(width));
      for (let stretch = 0; stretch < 20; stretch++) {
        width = nextWidth(width, pressure(width));
        expect(width).toBeGreaterThanOrEqual(Math.max(1, Math.floor(0.66 * bears)));
        expect(width).toBeLessThanOrEqual(Math.ceil(1.34 * bears) + 1);
      }
    }),
  );
});
