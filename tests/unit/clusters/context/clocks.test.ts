import fc from "fast-check";
import { expect, test } from "vitest";
import { delayMeter } from "../../../../harness/clusters/context/delay.ts";
import { offsetMeter } from "../../../../harness/clusters/context/offset.ts";
import { parseLine } from "../../../../harness/clusters/context/pod-log.ts";

const leg = fc.double({ min: 0, max: 300, noNaN: true });

test("the true offset lies within the bounds, however slow either way was", () => {
  const readings = fc.array(fc.record({ there: leg, back: leg }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(readings, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (legs, offset) => {
      const meter = offsetMeter(10_000);
      let now = 0;
      for (const { there, back } of legs) {
        meter.add({ asked: now, told: now + there + offset, answered: now + there + back });
        now += 100 + there + back;
      }
      const { least, most } = meter.now()!;
      expect(least).toBeLessThanOrEqual(offset + 1e-6);
      expect(most).toBeGreaterThanOrEqual(offset - 1e-6);
      const quickest = Math.min(...legs.map(({ there, back }) => there + back));
      expect(most - least).toBeLessThanOrEqual(quickest + 2e-4 * now + 1e-6);
    }),
  );
});

test("a clock that is set meanwhile widens the bounds to both readings until the first is old", () => {
  const meter = offsetMeter(1000);
  meter.add({ asked: 0, told: 0, answered: 2 });
  meter.add({ asked: 100, told: 5100, answered: 102 });
  expect(meter.now()!.least).toBeLessThanOrEqual(-2);
  expect(meter.now()!.most).toBeGreaterThanOrEqual(5000);
  meter.add({ asked: 2000, told: 7000, answered: 2002 });
  expect(meter.now()!.least).toBeGreaterThan(4990);
});

test("nothing is known before the first reading", () => {
  expect(offsetMeter(1000).now()).toBeUndefined();
});

test("a delay is three times the slowest that was measured near by; else the slowest ever", () => {
  const meter = delayMeter();
  meter.add(5, 1000);
  meter.add(40, 1500);
  meter.add(1, 9000);
  expect(meter.at(1600)).toBe(122);
  expect(meter.at(9000)).toBe(5);
  expect(meter.at(60_000)).toBe(122);
  expect(meter.within(900, 1600)).toBe(40);
  expect(meter.within(8000, 9000)).toBe(1);
  expect(meter.within(2000, 8000)).toBeUndefined();
});

test("a line of the API's log is its stamp and its text", () => {
  const { wall, text } = parseLine('2026-11-28T17:53:14.606957724Z {"leading": true} x')!;
  expect(text).toBe('{"leading": true} x');
  expect(wall).toBeCloseTo(Date.UTC(2026, 10, 28, 17, 53, 14) + 606.957724, 3);
  expect(parseLine("2026-11-28T17:53:14Z ")?.text).toBe("");
  expect(parseLine("unable to retrieve container logs")).toBeUndefined();
});
