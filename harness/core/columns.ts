/** One number of each item, side by side: what a sweep over many of them reads without touching the items. */
export function columnOf<Item>(items: readonly Item[], numberOf: (item: Item) => number): Float64Array {
  const column = new Float64Array(items.length);
  for (let index = 0; index < items.length; index += 1) column[index] = numberOf(items[index]!);
  return column;
}

/** The items by a number of theirs, equal ones as they stood: a list that is in order already is not sorted again. */
export function ordered<Item>(items: readonly Item[], numberOf: (item: Item) => number): readonly Item[] {
  for (let index = 1, last = -Infinity; index <= items.length; index += 1) {
    const next = numberOf(items[index - 1]!);
    if (next < last) return items.toSorted((a, b) => numberOf(a) - numberOf(b));
    last = next;
  }
  return items;
}

/** How many of an ascending column are at or below `limit`, sought from `near` on either way; O(log of the way to it). */
export function countUpToNear(ascending: Float64Array, limit: number, near: number): number {
  let [low, high] = [near, near];
  for (let step = 1; high < ascending.length && ascending[high]! <= limit; step *= 2) {
    low = high + 1;
    high = Math.min(ascending.length, high + step);
  }
  if (low === near)
    for (let step = 1; low > 0 && ascending[low - 1]! > limit; step *= 2) {
      high = low - 1;
      low = Math.max(0, low - step);
    }
  return countBetween(ascending, limit, low, high);
}

function countBetween(ascending: Float64Array, limit: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many of an ascending column are at or below `limit`; O(log n). */
export const countUpTo = (ascending: Float64Array, limit: number): number =>
  countBetween(ascending, limit, 0, ascending.length);
