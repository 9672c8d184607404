import { expect, test } from "vitest";
import type { Target } from "../../../harness/core/cluster.ts";
import { pick } from "../../../harness/faults/pick.ts";
import { MemoryCluster } from "./memory-cluster.ts";

const names = (cluster: MemoryCluster, target: Target): string[] =>
  pick(cluster, target).map((replica) => replica.replica);

test("a target is resolved to replicas, oldest first", () => {
  const cluster = new MemoryCluster(3);
  cluster.leading = "demo-2";
  expect(names(cluster, "leader")).toEqual(["demo-2"]);
  expect(names(cluster, "standby")).toEqual(["demo-1"]);
  expect(names(cluster, "any")).toEqual(["demo-1"]);
  expect(names(cluster, "all")).toEqual(["demo-1", "demo-2", "demo-3"]);
});

test("when nobody leads, everybody stands by", () => {
  const cluster = new MemoryCluster(2);
  cluster.leading = undefined;
  expect(names(cluster, "standby")).toEqual(["demo-1"]);
  expect(() => pick(cluster, "leader")).toThrow("nobody leads");
});

test("nobody there is a reason, not an empty list", () => {
  expect(() => pick(new MemoryCluster(1), "standby")).toThrow("no replica stands by");
  for (const target of ["any", "all"] as const) expect(() => pick(new MemoryCluster(0), target)).toThrow("no replica");
});
