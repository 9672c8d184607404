import fc from "fast-check";
import { expect, test } from "vitest";
import { clientGoProfile } from "../../../harness/core/elector.ts";
import { defineScenario, inject, leases, retries, settle, takeovers, unitOf } from "../../../harness/core/scenario.ts";
import { seconds } from "../../../harness/core/time.ts";
import { pause } from "../../../harness/faults/pause.ts";
import { drawSchedule } from "../../../harness/generators/schedule.ts";

const timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(1) };
const elector = { profile: clientGoProfile, release: true, replicas: 3 };
const scenario = defineScenario({
  summary: "",
  steps: [settle(retries(1, 3)), inject(pause({ target: "leader" }), { hold: takeovers(1.1, 1.4) }), settle(leases(2))],
  properties: [],
  minimum: { terms: 0, takeovers: 0, faults: 0 },
});

test("the same seed draws the same schedule, another seed another one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
      const draw = (from: number) => drawSchedule(scenario, elector, timing, from);
      expect(draw(seed)).toEqual(draw(seed));
    }),
  );
  const drawn = new Set(
    Array.from({ length: 50 }, (_, seed) => JSON.stringify(drawSchedule(scenario, elector, timing, seed))),
  );
  expect(drawn.size).toBeGreaterThan(45);
});

test("a DaemonSet has as many replicas as it has nodes, whatever the scenario asks for", () => {
  const one = { ...scenario, replicas: 1 };
  const replicas = (workload: "Deployment" | "DaemonSet") =>
    drawSchedule(one, { ...elector, workload }, timing, 1)[0].replicas;
  expect([replicas("Deployment"), replicas("DaemonSet")]).toEqual([1, 3]);
});

test("times lie within their spans, which scale with the elector's timing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 60 }), (seed, factor) => {
      const scaled = {
        leaseDuration: seconds(4 * factor),
        renewDeadline: seconds(2 * factor),
        retryPeriod: seconds(factor),
      };
      const [start, first, second, third] = drawSchedule(scenario, elector, scaled, seed);
      expect(start).toMatchObject({ kind: "start", replicas: 3 });
      const takeover = unitOf("takeover", scaled, clientGoProfile);
      expect(first!.ms).toBeGreaterThanOrEqual(scaled.retryPeriod);
      expect(first!.ms).toBeLessThanOrEqual(3 * scaled.retryPeriod);
      expect(second!.ms).toBeGreaterThanOrEqual(Math.floor(1.1 * takeover));
      expect(second!.ms).toBeLessThanOrEqual(Math.ceil(1.4 * takeover));
      expect(second).toMatchObject({ fault: "pause", parameters: { target: "leader" } });
      expect(third!.ms).toBe(2 * scaled.leaseDuration);
    }),
  );
});
