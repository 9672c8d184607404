import { expect, test } from "vitest";
import { statusOf } from "../../../../harness/clusters/kind/container-status.ts";
import type { Pod } from "../../../../harness/kubernetes/rollout/types.ts";

const podWith = (status: object): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "a" },
  spec: { containers: [] },
  status: { containerStatuses: [{ name: "elector", ready: false, restartCount: 0, ...status }] },
});
const ended = (exitCode: number) => ({ terminated: { exitCode } });

test("a container that was never told of has no status", () => {
  expect(statusOf(podWith({ name: "other" }), "elector")).toBeUndefined();
});

test("the first process ended, and its kubelet has not started another", () => {
  const told = statusOf(podWith({ state: ended(1) }), "elector");
  expect(told).toEqual({ restarts: 0, waits: true, exits: new Map([[1, { code: 1, signal: null }]]) });
});

test("while the second runs the first's end is told", () => {
  const told = statusOf(podWith({ restartCount: 1, state: { running: {} }, lastState: ended(137) }), "elector");
  expect(told).toEqual({ restarts: 1, waits: false, exits: new Map([[1, { code: null, signal: "SIGKILL" }]]) });
});

test("in back-off the last process is not counted yet", () => {
  const state = { waiting: { reason: "CrashLoopBackOff" } };
  const told = statusOf(podWith({ restartCount: 1, state, lastState: ended(143) }), "elector");
  expect(told).toEqual({ restarts: 1, waits: true, exits: new Map([[2, { code: null, signal: "SIGTERM" }]]) });
});

test("an image that cannot be had is hopeless, a container that is being made is not", () => {
  const waiting = { reason: "ErrImageNeverPull", message: "no such image" };
  expect(statusOf(podWith({ state: { waiting } }), "elector")?.hopeless).toBe("ErrImageNeverPull: no such image");
  const making = { waiting: { reason: "ContainerCreating" } };
  expect(statusOf(podWith({ state: making }), "elector")?.hopeless).toBeUndefined();
});
