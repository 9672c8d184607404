import fc from "fast-check";
import { expect, test } from "vitest";
import { maxSurge, maxUnavailable, resolveCount } from "../../../harness/kubernetes/rollout/bounds.ts";
import type { Deployment } from "../../../harness/kubernetes/rollout/types.ts";

const deployment = (replicas: number, surge: number | string, unavailable: number | string): Deployment => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "demo" },
  spec: {
    replicas,
    selector: {},
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
    template: { spec: { containers: [] } },
  },
});
const bounds = (...of: Parameters<typeof deployment>) => [
  maxSurge(deployment(...of)),
  maxUnavailable(deployment(...of)),
];

test("the surge rounds up and the unavailable rounds down", () => {
  expect(bounds(1, "25%", "25%")).toEqual([1, 0]);
  expect(bounds(3, "25%", "25%")).toEqual([1, 0]);
  expect(bounds(10, "25%", "25%")).toEqual([3, 2]);
  expect(bounds(30, "10%", "10%")).toEqual([3, 3]);
});

test("both zero lets one be unavailable, and never more are unavailable than there are", () => {
  expect(bounds(3, 0, 0)).toEqual([0, 1]);
  expect(bounds(3, "0%", "10%")).toEqual([0, 1]);
  expect(bounds(2, 0, 5)).toEqual([0, 2]);
  expect(bounds(0, 0, 0)).toEqual([0, 0]);
});

test("a percentage of a total lies within one of its exact share", () => {
  fc.assert(
    fc.property(fc.nat({ max: 100 }), fc.nat({ max: 1000 }), (percent, total) => {
      const exact = (percent * total) / 100;
      const [up, down] = [resolveCount(`${percent}%`, total, "up"), resolveCount(`${percent}%`, total, "down")];
      expect(up - exact).toBeGreaterThanOrEqual(0);
      expect(up - exact).toBeLessThan(1);
      expect(exact - down).toBeGreaterThanOrEqual(0);
      expect(exact - down).toBeLessThan(1);
    }),
  );
});
