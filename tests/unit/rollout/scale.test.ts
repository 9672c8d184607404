import { expect, test } from "vitest";
import { shrinkOld } from "../../../harness/kubernetes/rollout/rolling.ts";
import { scale } from "../../../harness/kubernetes/rollout/scale.ts";
import type { Deployment, ReplicaSet } from "../../../harness/kubernetes/rollout/types.ts";

const spec = { selector: {}, template: { spec: { containers: [] } } };
const deployment = (replicas: number, maxSurge: number, maxUnavailable: number): Deployment => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "demo" },
  spec: { ...spec, replicas, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } } },
});
type Traits = { readonly available?: number; readonly most?: number };
const set = (name: string, replicas: number, { available = 0, most }: Traits): ReplicaSet => ({
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: {
    name,
    creationTimestamp: `2026-01-01T00:00:0${name.charCodeAt(0) % 10}Z`,
    ...(most === undefined ? {} : { annotations: { "deployment.kubernetes.io/max-replicas": String(most) } }),
  },
  spec: { ...spec, replicas },
  status: { replicas, availableReplicas: available },
});

/** The sizes that the actions set, by name. */
const sizes = (actions: ReturnType<typeof scale>): Record<string, unknown> =>
  Object.fromEntries(
    actions.map((action) =>
      action.kind === "patch" ? [action.ref.name, (action.body as ReplicaSet).spec.replicas] : [action.kind, true],
    ),
  );

test("an old ReplicaSet that was shrunk and has not said so yet is not shrunk again on its word", () => {
  const demo = deployment(3, 2, 1);
  const fresh = set("b", 2, {});
  expect(sizes(shrinkOld(demo, fresh, [set("a", 3, { available: 4 })]))).toEqual({});
  expect(sizes(shrinkOld(demo, fresh, [set("a", 3, { available: 3 })]))).toEqual({ a: 2 });
});

test("unavailable pods of old ReplicaSets go first, then those of the oldest", () => {
  const olds = [set("b", 2, { available: 1 }), set("a", 2, { available: 2 })];
  expect(sizes(shrinkOld(deployment(3, 2, 0), set("c", 1, { available: 1 }), olds))).toEqual({ a: 1, b: 1 });
});

test("a ReplicaSet gets no share once all pods are given out, and none that would take a pod from it", () => {
  const olds = [set("a", 3, { most: 4 }), set("b", 2, { most: 10 })];
  expect(sizes(scale(deployment(4, 2, 0), undefined, olds))).toEqual({ a: 4, b: 2 });
});

test("of equal ReplicaSets the newer grows and the older shrinks", () => {
  const pair = [set("a", 1, { most: 2 }), set("b", 1, { most: 2 })];
  expect(sizes(scale(deployment(2, 1, 0), undefined, pair))).toEqual({ a: 1, b: 2 });
  const wide = [set("a", 3, { most: 6 }), set("b", 3, { most: 6 })];
  expect(sizes(scale(deployment(4, 1, 0), undefined, wide))).toEqual({ a: 2, b: 3 });
});
