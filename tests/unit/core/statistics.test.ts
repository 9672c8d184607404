import fc from "fast-check";
import { expect, test } from "vitest";
import { rngOf } from "../../../harness/core/rng.ts";
import { medianInterval, quantile, summarise } from "../../../harness/core/statistics.ts";

test("quantiles are by nearest rank", () => {
  const values = [15, 20, 35, 40, 50];
  expect([0.05, 0.3, 0.4, 0.5, 0.95, 1].map((p) => quantile(values, p))).toEqual([15, 20, 20, 35, 50, 50]);
});

test("a summary sorts, counts the censored, and is undefined of nothing", () => {
  expect(summarise([], 3)).toBeUndefined();
  expect(summarise([30, 10, 20], 2)).toMatchObject({ count: 3, censored: 2, min: 10, p50: 20, p95: 30, max: 30 });
  expect(summarise([7])).toMatchObject({ interval: [7, 7] });
});

test("the interval of the median is the same for the same seed, lies within the values and holds the median", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 }),
      fc.integer(),
      (values, seed) => {
        const ascending = values.toSorted((a, b) => a - b);
        const [low, high] = medianInterval(ascending, seed);
        expect(medianInterval(ascending, seed)).toEqual([low, high]);
        expect(low).toBeGreaterThanOrEqual(ascending[0]!);
        expect(high).toBeLessThanOrEqual(ascending.at(-1)!);
        expect(low <= quantile(ascending, 0.5) && quantile(ascending, 0.5) <= high).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test("the interval covers the true median about as often as it says", () => {
  const random = rngOf(7);
  let covered = 0;
  for (let trial = 0; trial < 200; trial += 1) {
    const values = Array.from({ length: 25 }, () => random()).sort((a, b) => a - b);
    const [low, high] = medianInterval(values, trial);
    if (low <= 0.5 && 0.5 <= high) covered += 1;
  }
  expect(covered).toBeGreaterThan(178);
});

test("the generator is uniform and repeatable", () => {
  const [one, other] = [rngOf(42), rngOf(42)];
  const draws = Array.from({ length: 10_000 }, one);
  expect(draws.slice(0, 5)).toEqual(Array.from({ length: 5 }, other));
  expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 1);
});
