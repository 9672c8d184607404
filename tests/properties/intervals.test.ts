import fc from "fast-check";
import { expect, test } from "vitest";
import { indexIntervals, type Interval, lengthOf, union, within, without } from "../../harness/core/intervals.ts";

const interval = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 }))
  .map(([from, length]): Interval => ({ from, to: from + length }));
const intervals = fc.array(interval, { maxLength: 12 });
const covers = (list: readonly Interval[], point: number) => list.some(({ from, to }) => from <= point && point < to);

test("union, without and within agree with membership point by point", () => {
  fc.assert(
    fc.property(intervals, interval, (list, whole) => {
      const joined = union(list);
      const [rest, parts] = [without(whole, joined), within(whole, joined)];
      const points = Array.from({ length: 93 }, (_, index) => index - 1);
      const inside = (point: number) => covers([whole], point);
      expect(points.filter((point) => covers(joined, point))).toEqual(points.filter((point) => covers(list, point)));
      expect(points.filter((point) => covers(rest, point))).toEqual(
        points.filter((point) => inside(point) && !covers(list, point)),
      );
      expect(points.filter((point) => covers(parts, point))).toEqual(
        points.filter((point) => inside(point) && covers(list, point)),
      );
      expect(joined.every((each, index) => lengthOf(each) > 0 && (joined[index - 1]?.to ?? -1) < each.from)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("the index finds exactly what touches a stretch, in order of its start", () => {
  fc.assert(
    fc.property(intervals, interval, (list, { from, to }) => {
      const expected = list.filter((each) => each.from <= to && each.to >= from).toSorted((a, b) => a.from - b.from);
      expect(indexIntervals(list, (each) => each)(from, to)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});
