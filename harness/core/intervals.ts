import { columnOf, countUpTo, ordered } from "./columns.ts";

/** A stretch of time in ms; empty unless from < to. */
export type Interval = { readonly from: number; readonly to: number };

export const lengthOf = (interval: Interval): number => Math.max(0, interval.to - interval.from);

export const intersection = (a: Interval, b: Interval): Interval => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});

/** The union as disjoint stretches in time order; empty ones are dropped, touching ones joined. */
export function union(intervals: readonly Interval[]): Interval[] {
  const result: { from: number; to: number }[] = [];
  let last: { from: number; to: number } | undefined;
  for (const next of ordered(intervals, (each) => each.from)) {
    if (!(next.from < next.to)) continue;
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else result.push((last = { from: next.from, to: next.to }));
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

/** Answers "which items touch [from, to]?", in order of their starts, in O((1 + hits) · log n). */
export type IntervalIndex<Item> = (from: number, to: number) => readonly Item[];

const none: readonly never[] = [];

export function indexIntervals<Item>(items: readonly Item[], spanOf: (item: Item) => Interval): IntervalIndex<Item> {
  if (items.length === 0) return () => none;
  const spanned = items.map((item) => ({ item, span: spanOf(item) }));
  const entries = ordered(spanned, ({ span }) => span.from);
  const starts = columnOf(entries, ({ span }) => span.from);
  // A tree of latest ends: node i covers nodes 2i and 2i + 1, and its leaves are the entries.
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, entries.length)));
  const latest = new Float64Array(2 * width).fill(-Infinity);
  for (let index = 0; index < entries.length; index += 1) latest[width + index] = entries[index]!.span.to;
  for (let node = width - 1; node >= 1; node -= 1) latest[node] = Math.max(latest[2 * node]!, latest[2 * node + 1]!);
  return (from, to) => {
    const past = countUpTo(starts, to);
    const hits: Item[] = [];
    // Down to the left while something below reaches `from`, else on to the right; `size` leaves hang below a node.
    for (let [node, size] = [1, width]; node > 0 && node * size - width < past;) {
      if (latest[node]! >= from) {
        if (size > 1) {
          node *= 2;
          size /= 2;
          continue;
        }
        hits.push(entries[node - width]!.item);
      }
      for (; node % 2 === 1; size *= 2) node = (node - 1) / 2;
      if (node > 0) node += 1;
    }
    return hits;
  };
}
