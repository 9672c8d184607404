/** An exchange with another clock: asked and answered by ours, read between by the other one. */
export type Reading = { readonly asked: number; readonly answered: number; readonly told: number };

/** How far another clock is ahead of ours, in ms: certainly between these. */
export type Offset = { readonly least: number; readonly most: number };

/** Two quartz clocks drift apart by no more than this, in ms a ms. */
const DRIFT = 1e-4;

export type OffsetMeter = {
  add(reading: Reading): void;
  /** Undefined before the first reading. */
  now(): Offset | undefined;
};

/**
 * What readings of the last `span` ms say together of an offset; `precision`: how much more than it tells the other
 * clock may show. A clock that is set meanwhile contradicts itself: then all that was read counts.
 */
export function offsetMeter(span: number, precision = 0): OffsetMeter {
  let readings: Reading[] = [];
  return {
    add(reading) {
      readings.push(reading);
      if (readings[0]!.answered < reading.answered - span)
        readings = readings.filter(({ answered }) => answered >= reading.answered - span);
    },
    now() {
      const last = readings.at(-1);
      if (last === undefined) return undefined;
      const each = readings.map(({ asked, answered, told }) => {
        const drifted = DRIFT * (last.answered - asked);
        return { least: told - answered - drifted, most: told + precision - asked + drifted };
      });
      const [least, most] = [Math.max(...each.map((one) => one.least)), Math.min(...each.map((one) => one.most))];
      if (least <= most) return { least, most };
      return { least: Math.min(...each.map((one) => one.least)), most: Math.max(...each.map((one) => one.most)) };
    },
  };
}
