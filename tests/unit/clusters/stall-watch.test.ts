import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openStallWatch } from "../../../harness/clusters/stall-watch.ts";
import { eventually, ofType, realRecorder } from "../runner/recorder-support.ts";

/** Busy children of shells, that all want the machine's first core. */
async function crowd(size: number): Promise<ChildProcess[]> {
  const busy = Array.from({ length: size }, () => spawn("taskset", ["-c", "0", "sh", "-c", "while :; do :; done"]));
  await Promise.all(busy.map((child) => once(child, "spawn")));
  return busy;
}

test("who wants to run and cannot is stalled, within its window; who sleeps is not", async () => {
  await using recorder = realRecorder();
  await using stalls = openStallWatch();
  const asleep = spawn("sleep", ["1000"]);
  await once(asleep, "spawn");
  while (!/^\d+ \(sleep\) S/.test(readFileSync(`/proc/${asleep.pid}/stat`, "latin1")))
    await new Promise((next) => setTimeout(next, 5));
  const busy = await crowd(3);
  try {
    const from = recorder.now();
    using _one = stalls.watch({ pid: busy[0]!.pid!, who: { replica: "busy", incarnation: 3 }, recorder });
    using _other = stalls.watch({ pid: asleep.pid!, who: { replica: "asleep", incarnation: 1 }, recorder });
    const stall = await eventually(
      recorder,
      ofType("stall", ({ who }) => who !== "harness"),
    );
    expect(stall.who).toEqual({ replica: "busy", incarnation: 3 });
    expect(stall.ms).toBeGreaterThan(20);
    expect(stall.ms).toBeLessThanOrEqual(stall.at - stall.since + 0.001);
    expect(stall.since).toBeGreaterThanOrEqual(from - 1);
    expect(stall.at).toBeLessThanOrEqual(recorder.now());
  } finally {
    for (const child of [...busy, asleep]) child.kill("SIGKILL");
  }
});

test("what was waited by now is recorded when it has caught up, though the window is still open", async () => {
  await using recorder = realRecorder();
  await using stalls = openStallWatch();
  const busy = await crowd(4);
  try {
    using _watch = stalls.watch({ pid: busy[0]!.pid!, who: { replica: "busy", incarnation: 1 }, recorder });
    await stalls.caughtUp(recorder);
    // A window may have ended just before; three times in a row none of them ends while it is asked.
    for (let row = 0; row < 3;) {
      await new Promise((next) => setTimeout(next, 60));
      const asked = recorder.now();
      await stalls.caughtUp(recorder);
      const seen = recorder.events.some(ofType("stall", ({ who, at }) => who !== "harness" && at >= asked));
      row = seen ? row + 1 : 0;
    }
  } finally {
    for (const child of busy) child.kill("SIGKILL");
  }
});
