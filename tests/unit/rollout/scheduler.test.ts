import { expect, test } from "vitest";
import { schedule } from "../../../harness/kubernetes/rollout/scheduler.ts";
import type { Node, Pod } from "../../../harness/kubernetes/rollout/types.ts";

const now = new Date(0);
const node = (name: string, more: { labels?: Record<string, string>; unschedulable?: boolean } = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, ...(more.labels && { labels: more.labels }) },
  spec: { unschedulable: more.unschedulable ?? false },
});
const pod = (spec: Partial<Pod["spec"]> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "demo" },
  spec: { containers: [], ...spec },
});
const boundTo = (nodes: readonly Node[], pods: readonly Pod[] = [], spec: Partial<Pod["spec"]> = {}) =>
  schedule(pod(spec), nodes, pods, now).flatMap((action) => (action.kind === "patch" ? [action.body] : []));

test("the emptiest node takes the pod, of equals the first", () => {
  const nodes = [node("a"), node("b")];
  expect(boundTo(nodes)).toEqual([{ spec: { nodeName: "a" } }]);
  expect(boundTo(nodes, [pod({ nodeName: "a" })])).toEqual([{ spec: { nodeName: "b" } }]);
});

test("a cordoned node takes none, nor one that the pod does not select", () => {
  const nodes = [node("a", { unschedulable: true }), node("b"), node("c", { labels: { of: "me" } })];
  expect(boundTo(nodes)).toEqual([{ spec: { nodeName: "b" } }]);
  expect(boundTo(nodes, [], { nodeSelector: { of: "me" } })).toEqual([{ spec: { nodeName: "c" } }]);
  expect(boundTo(nodes, [], { nodeSelector: { of: "you" } })).toEqual([]);
});
