import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { startedAt } from "../../../../harness/clusters/kind/boot-time.ts";
import { podProcesses } from "../../../../harness/clusters/kind/pod-processes.ts";
import { statOf } from "../../../../harness/clusters/proc.ts";
import { millis } from "../../../../harness/core/time.ts";

test("a pod that has no process here has none", () => {
  const uid = "00000000-0000-4000-8000-000000000000";
  expect(podProcesses().scan([uid])).toEqual(new Map([[uid, []]]));
});

test("the start that the kernel tells lies between what was read before and after it", async () => {
  const clock = { now: () => millis(performance.now()) };
  const before = clock.now();
  const child = spawn("sleep", ["10"]);
  await new Promise((resolve) => child.once("spawn", resolve));
  const after = clock.now();
  const bounds = startedAt(statOf(child.pid!)!.started, clock);
  child.kill("SIGKILL");
  expect(bounds.since).toBeLessThanOrEqual(after);
  expect(bounds.at).toBeGreaterThanOrEqual(before);
  expect(bounds.at - bounds.since).toBeLessThanOrEqual(20.01);
});
