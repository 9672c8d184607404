/** A delay that is measured again and again, and how long what came at an instant may have been delayed. */
export type DelayMeter = {
  add(took: number, at: number): void;
  /** In ms, by what was measured about then. */
  at(at: number): number;
  /** The longest that was measured in [since, at]; undefined where nothing was. */
  within(since: number, at: number): number | undefined;
};

/** So far back (ms) a measurement counts. */
const REMEMBERED = 2000;
/** What was measured is a sample: what is judged by it may have been slower by so much. */
const FACTOR = 3;
/** Two wake-ups of somebody who waits, in ms. */
const FLOOR = 2;

/** As the container engine's lag is bounded (containers/lag.ts): three times the slowest of late. */
export function delayMeter(): DelayMeter {
  let measured: { readonly took: number; readonly at: number }[] = [];
  let slowest = 0;
  const longest = (from: number, to: number): number | undefined => {
    const those = measured.filter(({ at }) => at >= from && at <= to);
    return those.length === 0 ? undefined : Math.max(...those.map(({ took }) => took));
  };
  return {
    within: longest,
    add(took, at) {
      measured.push({ took, at });
      slowest = Math.max(slowest, took);
      if (measured.length > 2048) measured = measured.slice(-1024);
    },
    // Where nothing was measured near by, the worst that ever was.
    at: (at) => FACTOR * (longest(at - REMEMBERED, at + REMEMBERED) ?? slowest) + FLOOR,
  };
}
