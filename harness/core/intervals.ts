/** A stretch of time in ms; empty unless from < to. */
export type Interval = { readonly from: number; readonly to: number };

export const lengthOf = (interval: Interval): number => Math.max(0, interval.to - interval.from);

export const intersection = (a: Interval, b: Interval): Interval => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});

/** The union as disjoint stretches in time order; empty ones are dropped, touching ones joined. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((each) => each.from < each.to).sort((a, b) => a.from - b.from);
  const result: { from: number; to: number }[] = [];
  for (const next of sorted) {
    const last = result.at(-1);
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else result.push({ from: next.from, to: next.to });
  }
  return result;
}

/** Index of the first element of an ascending list that `reaches` accepts; the length when none does. */
export function firstIndex(length: number, reaches: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reaches(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What of `whole` no stretch of `covers` (disjoint, in order: a union) reaches; O(log n + parts). */
export function without(whole: Interval, covers: readonly Interval[]): Interval[] {
  const rest: Interval[] = [];
  let from = whole.from;
  for (let i = firstIndex(covers.length, (at) => covers[at]!.to > whole.from); i < covers.length; i += 1) {
    const cover = covers[i]!;
    if (cover.from >= whole.to) break;
    if (cover.from > from) rest.push({ from, to: cover.from });
    from = Math.max(from, cover.to);
  }
  if (from < whole.to) rest.push({ from, to: whole.to });
  return rest;
}

/** The parts of `whole` that `covers` (a union) reaches. */
export function within(whole: Interval, covers: readonly Interval[]): Interval[] {
  const parts: Interval[] = [];
  for (let i = firstIndex(covers.length, (at) => covers[at]!.to > whole.from); i < covers.length; i += 1) {
    const part = intersection(whole, covers[i]!);
    if (covers[i]!.from >= whole.to) break;
    if (part.from < part.to) parts.push(part);
  }
  return parts;
}

/** Answers "which items touch [from, to]?" in O(log n + hits) where items do not nest deeply. */
export type IntervalIndex<Item> = (from: number, to: number) => Item[];

export function indexIntervals<Item>(
  items: readonly Item[],
  spanOf: (item: Item) => Interval,
): IntervalIndex<Item> {
  const entries = items.map((item) => ({ item, ...spanOf(item) })).sort((a, b) => a.from - b.from);
  let reach = -Infinity; // the latest end among all entries up to here: where a backward scan may stop
  const reaches = entries.map((entry) => (reach = Math.max(reach, entry.to)));
  return (from, to) => {
    const hits: Item[] = [];
    for (let i = firstIndex(entries.length, (at) => entries[at]!.from > to) - 1; i >= 0; i -= 1) {
      if (reaches[i]! < from) break;
      if (entries[i]!.to >= from) hits.push(entries[i]!.item);
    }
    return hits.reverse();
  };
}
