/** A delay that is measured again and again, and how long what comes now may be delayed. */
export type DelayMeter = {
  add(took: number, at: number): void;
  /** In ms; the slowest of late counts `factor` times. */
  at(at: number): number;
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
  return {
    add(took, at) {
      measured.push({ took, at });
      slowest = Math.max(slowest, took);
      if (measured.length > 512) measured = measured.slice(-256);
    },
    at(at) {
      const late = measured.filter((one) => Math.abs(one.at - at) <= REMEMBERED);
      // Where nothing was measured near by, the worst that ever was.
      return FACTOR * (late.length === 0 ? slowest : Math.max(...late.map(({ took }) => took))) + FLOOR;
    },
  };
}
