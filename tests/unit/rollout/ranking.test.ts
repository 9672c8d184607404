import { expect, test } from "vitest";
import { deletionOrder } from "../../../harness/kubernetes/rollout/ranking.ts";
import type { Pod } from "../../../harness/kubernetes/rollout/types.ts";

const now = new Date("2026-01-01T01:00:00Z");
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();

type Traits = { node?: string; phase?: string; ready?: number; restarts?: number; created?: number; cost?: number };
const pod = (
  name: string,
  { node = "n", phase = "Running", ready, restarts = 0, created = 30, cost }: Traits,
): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    uid: name,
    creationTimestamp: minutesAgo(created),
    ...(cost === undefined ? {} : { annotations: { "controller.kubernetes.io/pod-deletion-cost": String(cost) } }),
  },
  spec: { containers: [], ...(node === "" ? {} : { nodeName: node }) },
  status: {
    phase,
    conditions: ready === undefined ? [] : [{ type: "Ready", status: "True", lastTransitionTime: minutesAgo(ready) }],
    containerStatuses: [{ name: "c", ready: ready !== undefined, restartCount: restarts }],
  },
});

const order = (...pods: readonly Pod[]): readonly string[] =>
  deletionOrder(pods, now).map(({ metadata }) => metadata.name);

test("each criterion decides before the next, in the real controller's order", () => {
  expect(order(pod("ready", { ready: 5 }), pod("unscheduled", { node: "" }))).toEqual(["unscheduled", "ready"]);
  expect(order(pod("running", {}), pod("pending", { phase: "Pending" }))).toEqual(["pending", "running"]);
  expect(order(pod("ready", { ready: 5 }), pod("not", { created: 50 }))).toEqual(["not", "ready"]);
  expect(order(pod("dear", { ready: 1, cost: 10 }), pod("cheap", { ready: 20, cost: -1 }))).toEqual(["cheap", "dear"]);
  expect(order(pod("long", { ready: 20 }), pod("short", { ready: 1 }))).toEqual(["short", "long"]);
  expect(order(pod("calm", { ready: 5 }), pod("restarted", { ready: 5, restarts: 3 }))).toEqual(["restarted", "calm"]);
  expect(order(pod("old", { ready: 5, created: 50 }), pod("young", { ready: 5, created: 6 }))).toEqual([
    "young",
    "old",
  ]);
});

test("of two nodes the one with more ready pods of the set loses one first", () => {
  const pods = [
    pod("a1", { node: "a", ready: 20 }),
    pod("b1", { node: "b", ready: 1 }),
    pod("a2", { node: "a", ready: 20 }),
  ];
  expect(order(...pods)[0]).toMatch(/^a/);
});
