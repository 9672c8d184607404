import { expect, test } from "vitest";
import { isRolledOut } from "../../../harness/kubernetes/rollout/daemonset.ts";
import type { DaemonSet } from "../../../harness/kubernetes/rollout/types.ts";
import { openWorld, type World } from "./world.ts";

const create = (world: World, more: Record<string, unknown> = {}): void => {
  world.store.create("daemonsets", "default", {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent" },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "c", image: "v0" }], ...more } },
    },
  });
  world.drain();
};
const image = (world: World, value: string): void => {
  const ref = { resource: "daemonsets", namespace: "default", name: "agent" };
  world.store.patch(ref, "merge", { spec: { template: { spec: { containers: [{ name: "c", image: value }] } } } });
  world.drain();
};
const rolledOut = (world: World): boolean =>
  isRolledOut(world.store.get({ resource: "daemonsets", namespace: "default", name: "agent" }) as DaemonSet);
const imageOf = (pod: { readonly spec: { readonly containers: readonly { readonly image?: string }[] } }) =>
  pod.spec.containers[0]?.image;

test("one pod runs on each node", () => {
  using world = openWorld({ nodes: 3 });
  create(world);
  expect(
    world
      .pods()
      .map((pod) => pod.spec.nodeName)
      .toSorted(),
  ).toEqual(["node-0", "node-1", "node-2"]);
});

test("nodes that its template does not select get no pod", () => {
  using world = openWorld({ nodes: 3 });
  world.store.patch({ resource: "nodes", namespace: "", name: "node-1" }, "merge", {
    metadata: { labels: { disk: "ssd" } },
  });
  create(world, { nodeSelector: { disk: "ssd" } });
  expect(world.pods().map((pod) => pod.spec.nodeName)).toEqual(["node-1"]);
});

test("it is rolled out when every node's pod is new and available", () => {
  using world = openWorld({ nodes: 2 });
  create(world);
  expect(rolledOut(world)).toBe(false);
  world.settle();
  expect(rolledOut(world)).toBe(true);
  image(world, "v1");
  expect(rolledOut(world)).toBe(false);
  world.finish(world.terminating()[0]!);
  expect(rolledOut(world)).toBe(false);
  world.settle();
  expect(rolledOut(world)).toBe(true);
});

test("a rolling update replaces one node's pod at a time, and the new one waits until the old one is gone", () => {
  using world = openWorld({ nodes: 3 });
  create(world);
  world.settle();
  image(world, "v1");
  for (let done = 0; done < 3; done += 1) {
    expect(world.terminating()).toHaveLength(1);
    expect(world.pods()).toHaveLength(3);
    world.finish(world.terminating()[0]!);
    expect(world.pods()).toHaveLength(3);
    const fresh = world.pods().filter((pod) => imageOf(pod) === "v1");
    expect(fresh).toHaveLength(done + 1);
    expect(world.terminating()).toHaveLength(0);
    world.makeReady(fresh.find((pod) => pod.status?.phase !== "Running")!);
  }
  expect(world.pods().map(imageOf)).toEqual(["v1", "v1", "v1"]);
  expect(world.terminating()).toHaveLength(0);
});
