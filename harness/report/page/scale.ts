/** The stretch of time that is shown, milliseconds. */
export type Shown = { readonly from: number; readonly to: number };

/** Where a window of time stands on the screen. */
export type Scale = {
  readonly shown: Shown;
  readonly left: number;
  readonly right: number;
  /** Pixels of an instant. */
  x(at: number): number;
  /** The instant of a pixel. */
  at(x: number): number;
};

export function linearScale(shown: Shown, left: number, right: number): Scale {
  const perMs = (right - left) / (shown.to - shown.from);
  return {
    shown,
    left,
    right,
    x: (at) => left + (at - shown.from) * perMs,
    at: (x) => shown.from + (x - left) / perMs,
  };
}

/** Round instants about `count` to a window: 1, 2 or 5 times a power of ten apart; with the decimals that seconds need. */
export function ticks(shown: Shown, count: number): { readonly at: readonly number[]; readonly decimals: number } {
  const rough = (shown.to - shown.from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(shown.from / step);
  const last = Math.floor(shown.to / step);
  const at = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
  return { at, decimals: Math.max(0, Math.ceil(-Math.log10(step / 1000) - 1e-9)) };
}

/** Index of the first item at or after `at`, in a list sorted by `of`. */
export function lowerBound<Item>(items: readonly Item[], at: number, of: (item: Item) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(items[middle]!) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The narrowest window, milliseconds. */
const NARROWEST = 1;

/** A window of at least a millisecond, moved and shrunk into [0, end]. */
export function within(shown: Shown, end: number): Shown {
  const size = Math.min(end, Math.max(NARROWEST, shown.to - shown.from));
  const from = Math.min(Math.max(0, shown.from), end - size);
  return { from, to: from + size };
}

/** `shown` made `factor` times as wide, with the instant `around` where it was. */
export const zoomed = (shown: Shown, factor: number, around: number, end: number): Shown =>
  within({ from: around - (around - shown.from) * factor, to: around + (shown.to - around) * factor }, end);

/** A window on [from, to] with room beside it: in proportion to its length, and to the lease for what led to it. */
export function framed(from: number, to: number, leaseDuration: number, end: number): Shown {
  const length = Math.max(20, to - from);
  const room = Math.max(1.2 * length, Math.min(0.8 * leaseDuration, 4 * length));
  return within({ from: from - room, to: to + room }, end);
}
