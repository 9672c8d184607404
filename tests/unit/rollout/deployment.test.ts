import { describe, expect, test } from "vitest";
import { isReady } from "../../../harness/kubernetes/rollout/pods.ts";
import { isComplete } from "../../../harness/kubernetes/rollout/status.ts";
import type { DeploymentStrategy, ReplicaSet } from "../../../harness/kubernetes/rollout/types.ts";
import { openWorld } from "./world.ts";

const surge = (maxSurge: number | string, maxUnavailable: number | string): DeploymentStrategy => ({
  type: "RollingUpdate",
  rollingUpdate: { maxSurge, maxUnavailable },
});
const recreate: DeploymentStrategy = { type: "Recreate" };

/** Sights with the revisions called old and new, in order of their first pod. */
function told(sights: readonly string[]): readonly string[] {
  const revisions = [...new Set(sights.map((sight) => sight.split(" ")[1]!.split("/")[0]!))];
  const names = ["old", "new", "third"];
  return sights.map((sight) =>
    revisions.reduce((text, hash, index) => text.replace(`${hash}/`, `${names[index]} `), sight),
  );
}

describe("one replica rolled", () => {
  test("with the default surge both run at once, and the old one ends when the new one is ready", () => {
    using world = openWorld();
    world.deploy(1, {});
    world.settle();
    world.image("v1");
    expect(world.active()).toHaveLength(2);
    world.settle();
    expect(told(world.sights)).toEqual([
      "created old 1",
      "ready old 1",
      "created new 1",
      "ready new 1",
      "deleting old 1",
      "gone old 1",
    ]);
    expect(world.errors).toEqual([]);
  });

  test("with maxSurge 0 the new one is made while the old one terminates", () => {
    using world = openWorld();
    world.deploy(1, surge(0, 1));
    world.settle();
    world.image("v1");
    expect(told(world.sights).slice(2)).toEqual(["deleting old 1", "created new 1"]);
    expect(world.terminating()).toHaveLength(1);
  });

  test("with Recreate the new one is made when the old one is gone", () => {
    using world = openWorld();
    world.deploy(1, recreate);
    world.settle();
    world.image("v1");
    expect(world.active()).toHaveLength(0);
    expect(world.terminating()).toHaveLength(1);
    world.finish(world.terminating()[0]!);
    expect(told(world.sights).slice(2)).toEqual(["deleting old 1", "gone old 1", "created new 1"]);
  });
});

test("three replicas with surge 25 % roll one by one: created, ready, then one deleted", () => {
  using world = openWorld();
  world.deploy(3, surge("25%", "25%"));
  world.settle();
  world.sights.length = 0;
  world.image("v1");
  while (!isComplete(world.deployment())) {
    const open = world.active().find((pod) => !isReady(pod));
    if (open) world.makeReady(open);
  }
  expect(world.sights.map((sight) => sight.split(" ")[0])).toEqual([
    "created",
    "ready",
    "deleting",
    "created",
    "ready",
    "deleting",
    "created",
    "ready",
    "deleting",
  ]);
});

test("the status counts as the real one does, and says when the rollout is complete", () => {
  using world = openWorld();
  world.deploy(2, surge(1, 0));
  world.settle();
  expect(world.deployment().status).toMatchObject({
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: 2,
  });
  world.image("v1");
  expect(world.deployment().status).toMatchObject({
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 1,
    readyReplicas: 2,
    availableReplicas: 2,
    unavailableReplicas: 1,
  });
  expect(isComplete(world.deployment())).toBe(false);
  world.settle();
  expect(isComplete(world.deployment())).toBe(true);
  const conditions = world.deployment().status?.conditions ?? [];
  expect(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`).toSorted()).toEqual([
    "Available True MinimumReplicasAvailable",
    "Progressing True NewReplicaSetAvailable",
  ]);
});

test("a rollout that makes no progress is called stuck after progressDeadlineSeconds", () => {
  using world = openWorld();
  world.deploy(1, {}, { progressDeadlineSeconds: 60 });
  world.settle();
  world.image("v1");
  world.pass(59);
  const progressing = () => world.deployment().status?.conditions?.find(({ type }) => type === "Progressing");
  expect(progressing()?.status).toBe("True");
  world.pass(3);
  expect(progressing()).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
});

test("minReadySeconds holds the old pod until the new one was ready for so long", () => {
  using world = openWorld();
  world.deploy(1, surge(1, 0), { minReadySeconds: 5 });
  world.settle(5);
  world.image("v1");
  const [fresh] = world.active().filter((pod) => !isReady(pod));
  world.makeReady(fresh!);
  world.pass(4);
  expect(world.active()).toHaveLength(2);
  world.pass(1);
  expect(world.active()).toHaveLength(1);
  expect(world.active()[0]!.metadata.name).toBe(fresh!.metadata.name);
});

test("the old template again takes its ReplicaSet back, under a new revision", () => {
  using world = openWorld();
  world.deploy(1, {});
  world.settle();
  const [first] = world.replicaSets();
  world.image("v1");
  world.settle();
  world.image("v0");
  world.settle();
  expect(world.replicaSets()).toHaveLength(2);
  const revision = (name: string): string | undefined =>
    world.replicaSets().find((set) => set.metadata.name === name)?.metadata.annotations?.[
      "deployment.kubernetes.io/revision"
    ];
  expect(revision(first!.metadata.name)).toBe("3");
  expect(world.deployment().metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
});

test("revisionHistoryLimit keeps so many old ReplicaSets, the latest", () => {
  using world = openWorld();
  world.deploy(1, {}, { revisionHistoryLimit: 2 });
  world.settle();
  for (const image of ["v1", "v2", "v3", "v4"]) {
    world.image(image);
    world.settle();
  }
  const images = world.replicaSets().map((set) => set.spec.template.spec.containers[0]!.image);
  expect(images.toSorted()).toEqual(["v2", "v3", "v4"]);
});

test("scaling in the middle of a rollout keeps the proportions", () => {
  using world = openWorld();
  world.deploy(10, surge(3, 2));
  world.settle();
  world.image("v1");
  const image = (set: ReplicaSet): string => set.spec.template.spec.containers[0]!.image ?? "";
  const sizes = (): readonly number[] =>
    world
      .replicaSets()
      .toSorted((a, b) => image(a).localeCompare(image(b)))
      .map((set) => set.spec.replicas ?? 0);
  // The documented example of the real one: 10 with surge 3 and 2 unavailable stand at 8 old and 5 new.
  expect(sizes()).toEqual([8, 5]);
  world.patch({ replicas: 15 });
  expect(sizes()).toEqual([11, 7]);
});

test("scaling to nothing and back", () => {
  using world = openWorld();
  world.deploy(3, {});
  world.settle();
  world.patch({ replicas: 0 });
  world.settle();
  expect(world.pods()).toHaveLength(0);
  world.patch({ replicas: 2 });
  world.settle();
  expect(world.available()).toHaveLength(2);
});

test("what a deleted Deployment owned is deleted with it", () => {
  using world = openWorld();
  world.deploy(2, {});
  world.settle();
  world.store.remove({ resource: "deployments", namespace: "default", name: "demo" });
  world.drain();
  expect(world.replicaSets()).toHaveLength(0);
  expect(world.active()).toHaveLength(0);
  expect(world.terminating()).toHaveLength(2);
});
