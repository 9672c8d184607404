import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { besideOf } from "../../../../harness/clusters/kind/beside.ts";
import type { PodProcess } from "../../../../harness/clusters/kind/pod-processes.ts";
import type { PodHost } from "../../../../harness/clusters/pod-host.ts";
import { statOf } from "../../../../harness/clusters/proc.ts";
import { millis } from "../../../../harness/core/time.ts";
import type { Pod } from "../../../../harness/kubernetes/rollout/types.ts";

const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "a-1" },
  spec: { containers: [{ name: "business" }, { name: "elector" }] },
};

async function running(container: string) {
  const child = spawn("sleep", ["30"]);
  await once(child, "spawn");
  const process: PodProcess = {
    pid: child.pid!,
    nodePid: 0,
    first: true,
    container,
    started: statOf(child.pid!)!.started,
  };
  return { child, process };
}

test("the host hears of what is beside the replica: its start, its end, its next start; never of the replica itself", async () => {
  const heard: string[] = [];
  const host = {
    started: ({ container, incarnation }) => void heard.push(`${container.name} ${incarnation} started`),
    exited: ({ container, incarnation }) => void heard.push(`${container.name} ${incarnation} ended`),
  } satisfies Partial<PodHost>;
  const beside = besideOf("elector", host as unknown as PodHost, { now: () => millis(performance.now()) });
  const [elector, first, second] = [await running("elector"), await running("business"), await running("business")];
  expect(beside.complete(pod)).toBe(false);
  beside.found(pod, [elector.process, first.process]);
  beside.found(pod, [elector.process, first.process]);
  beside.look(pod);
  expect([heard, beside.complete(pod)]).toEqual([["business 1 started"], true]);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  beside.look(pod);
  expect([heard.at(-1), beside.complete(pod)]).toEqual(["business 1 ended", false]);
  beside.found(pod, [elector.process, second.process]);
  expect(heard.at(-1)).toBe("business 2 started");
  for (const { child } of [elector, second]) child.kill("SIGKILL");
});
