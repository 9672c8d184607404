import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StallEvent } from "../../../harness/core/events.ts";
import { openLoopClock } from "../../../harness/runner/loop-clock.ts";

const LINES = 300;

/** The monotonic clock's reading in ns at performance.now() = 0, known to ± `error` ms. */
function origin(): { readonly at: bigint; readonly error: number } {
  let best = { at: 0n, error: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 50; i += 1) {
    const before = process.hrtime.bigint();
    const now = performance.now();
    const error = Number(process.hrtime.bigint() - before) / 1e6;
    if (error < best.error) best = { at: before - BigInt(Math.round(now * 1e6)), error };
  }
  return best;
}

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("what is seen happened within [since, now], however busy the loop is", async () => {
  using clock = openLoopClock();
  const { at: zero, error } = origin();
  const toMillis = (ns: bigint): number => Number(ns - zero) / 1e6;
  const seen: { since: number; at: number; begun: bigint; written: bigint }[] = [];
  const writer = spawn(process.execPath, [join(import.meta.dirname, "recorder-writer.mjs"), String(LINES)]);
  let rest = "";
  let chunks = 0;
  writer.stdout.on("data", (chunk: Buffer) => {
    const since = clock.since();
    const at = clock.now();
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const [begun, written] = line.split(" ").map(BigInt) as [bigint, bigint];
      if (seen.length > 0) seen.at(-1)!.written = written;
      if (begun > 0n) seen.push({ since, at, begun, written: 0n });
    }
    block((chunks++ % 5) * 1.5); // in the poll phase
  });
  let turn = 0;
  const disturb = setInterval(() => {
    block(turn++ % 3); // among the timers
    setImmediate(() => block(turn % 2)); // in the check phase
  }, 3);
  await once(writer, "close");
  clearInterval(disturb);
  expect(seen).toHaveLength(LINES);
  for (const { since, at, begun, written } of seen) {
    expect(since).toBeLessThanOrEqual(toMillis(written) + error);
    expect(at).toBeGreaterThanOrEqual(toMillis(begun) - error);
  }
  // The bound moves along: it is no trivial one.
  expect(seen.at(-1)!.since).toBeGreaterThan(toMillis(seen[0]!.written) + error);
});

test("a blocked loop is a stall of the harness, with the time that was lost", async () => {
  using clock = openLoopClock();
  const { promise, resolve } = Promise.withResolvers<StallEvent>();
  await new Promise((next) => setTimeout(next, 10));
  const from = clock.now();
  block(60);
  const until = clock.now();
  using _listening = clock.stalls((stall) => stall.at >= until && resolve(stall));
  const stall = await promise;
  expect(stall.who).toBe("harness");
  expect(stall.since).toBeLessThanOrEqual(from);
  expect(stall.ms).toBeGreaterThanOrEqual(until - from - 4);
  expect(stall.ms).toBeLessThanOrEqual(stall.at - stall.since);
  expect(clock.loopDelay().max).toBeGreaterThanOrEqual(stall.ms);
  expect(clock.loopDelay().stalls).toBeGreaterThanOrEqual(1);
});

test("a disposed clock tells nobody any more, and keeps no process alive", async () => {
  const clock = openLoopClock();
  const told: StallEvent[] = [];
  clock.stalls((stall) => told.push(stall));
  clock[Symbol.dispose]();
  block(40);
  await new Promise((next) => setTimeout(next, 5));
  expect(told).toEqual([]);
  const script = `const { openLoopClock } = await import(${JSON.stringify(join(import.meta.dirname, "../../../harness/runner/loop-clock.ts"))}); openLoopClock();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([0, null]);
});
