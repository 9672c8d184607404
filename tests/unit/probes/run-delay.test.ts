import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { millis } from "../../../harness/core/time.ts";
import { watchRunDelay, type Waited } from "../../../harness/probes/run-delay.ts";

const clock = { now: () => millis(performance.now()) };

test("a process that wants to run and cannot has waited, within its window", async () => {
  const busy = Array.from({ length: 3 }, () => spawn("taskset", ["-c", "0", "sh", "-c", "while :; do :; done"]));
  try {
    await Promise.all(busy.map((child) => once(child, "spawn")));
    const told: Waited[] = [];
    const first = Promise.withResolvers<void>();
    using _watch = watchRunDelay({
      pids: () => [busy[0]!.pid!, 2 ** 22 + 1],
      clock,
      stalled(waited) {
        told.push(waited);
        first.resolve();
      },
    });
    await first.promise;
    expect(told[0]!.ms).toBeGreaterThan(20);
    expect(told[0]!.ms).toBeLessThanOrEqual(told[0]!.at - told[0]!.since + 0.001);
  } finally {
    for (const child of busy) child.kill("SIGKILL");
  }
});

test("it looks when it is asked to, and a disposed watch reads no more", async () => {
  let asked = 0;
  const pids = (): readonly number[] => {
    asked += 1;
    return [process.pid];
  };
  const watch = watchRunDelay({ pids, clock, stalled: () => {}, every: millis(100_000) });
  watch.look();
  expect(asked).toBe(2);
  watch[Symbol.dispose]();
  using other = watchRunDelay({ pids, clock, stalled: () => {}, every: millis(5) });
  other[Symbol.dispose]();
  await new Promise((next) => setTimeout(next, 50));
  expect(asked).toBe(3);
});
