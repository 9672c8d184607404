import fc from "fast-check";
import { expect, test } from "vitest";
import { columnOf, countUpTo, countUpToNear } from "../../harness/core/columns.ts";

const ascending = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 }).map((values) =>
  columnOf(
    values.toSorted((a, b) => a - b),
    (value) => value,
  ),
);
const limit = fc.integer({ min: -1, max: 21 });

test("how many are at or below a limit is what a count of them says, wherever the search begins", () => {
  fc.assert(
    fc.property(ascending, limit, fc.nat({ max: 40 }), (column, most, place) => {
      const count = column.filter((value) => value <= most).length;
      expect(countUpTo(column, most)).toBe(count);
      expect(countUpToNear(column, most, Math.min(place, column.length))).toBe(count);
    }),
  );
});
