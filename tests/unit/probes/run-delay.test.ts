import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { watchRunDelay } from "../../../harness/probes/run-delay.ts";
import { eventually, ofType, realRecorder } from "../runner/recorder-support.ts";

/** Busy processes that all want the machine's first core. */
async function crowd(size: number): Promise<ChildProcess[]> {
  const busy = Array.from({ length: size }, () => spawn("taskset", ["-c", "0", "sh", "-c", "while :; do :; done"]));
  await Promise.all(busy.map((child) => once(child, "spawn")));
  return busy;
}

test("a process that wants to run and cannot is stalled, within its window", async () => {
  await using recorder = realRecorder();
  const asleep = spawn("sleep", ["1000"]);
  await once(asleep, "spawn");
  while (!/^\d+ \(sleep\) S/.test(readFileSync(`/proc/${asleep.pid}/stat`, "latin1")))
    await new Promise((next) => setTimeout(next, 5));
  const busy = await crowd(3);
  try {
    using _one = watchRunDelay({
      pids: () => [busy[0]!.pid!],
      who: () => ({ replica: "busy", incarnation: 3 }),
      recorder,
    });
    using _other = watchRunDelay({
      pids: () => [asleep.pid!, 2 ** 22 + 1],
      who: () => ({ replica: "asleep", incarnation: 1 }),
      recorder,
    });
    const stall = await eventually(
      recorder,
      ofType("stall", ({ who }) => who !== "harness"),
    );
    expect(stall.who).toEqual({ replica: "busy", incarnation: 3 });
    expect(stall.ms).toBeGreaterThan(20);
    expect(stall.ms).toBeLessThanOrEqual(stall.at - stall.since + 0.001);
    expect(stall.since).toBeLessThan(stall.at);
  } finally {
    for (const child of [...busy, asleep]) child.kill("SIGKILL");
  }
});

test("a disposed watch reads no more", async () => {
  await using recorder = realRecorder();
  let asked = 0;
  const watch = watchRunDelay({
    pids: () => {
      asked += 1;
      return [process.pid];
    },
    who: () => ({ replica: "demo-1", incarnation: 1 }),
    recorder,
  });
  watch[Symbol.dispose]();
  const before = asked;
  await new Promise((next) => setTimeout(next, 250)); // two windows
  expect(asked).toBe(before);
});
