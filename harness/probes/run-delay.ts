import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import type { Incarnation, Recorder } from "../core/events.ts";
import { millis, toMicros, type Millis } from "../core/time.ts";

/** Waiting beyond this (ms) within one window is a stall. */
const STALL = 20;

type Threads = Map<string, number>;
const line = Buffer.alloc(128);

/**
 * Measures how long a replica's threads were ready to run and were not run (run_delay: the second field of
 * /proc/PID/task/TID/schedstat, in nanoseconds), summed over its processes, each `every` ms. More than 20 ms of it
 * is a stall of that incarnation, at most as long as its window.
 */
export function watchRunDelay(options: {
  readonly pids: () => readonly number[];
  readonly who: () => Incarnation;
  readonly recorder: Recorder;
  readonly every?: Millis;
}): Disposable {
  const { pids, who, recorder, every = millis(100) } = options;
  let before = readThreads(pids());
  let since = recorder.now();
  const timer = setInterval(() => {
    const now = readThreads(pids());
    const at = recorder.now();
    const ms = toMicros(Math.min(waited(before, now) / 1e6, at - since));
    if (ms > STALL) recorder.record({ type: "stall", who: identityOf(who()), since, at, ms });
    before = now;
    since = at;
  }, every);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const identityOf = ({ replica, incarnation }: Incarnation): Incarnation => ({ replica, incarnation });

/**
 * A new thread of a known process has waited only within the window; a process seen for the first time may be older,
 * so it counts from then on. What is gone takes its last wait with it.
 */
function waited(before: Threads, now: Threads): number {
  let total = 0;
  for (const [thread, delay] of now) {
    const pid = thread.slice(0, thread.indexOf("/"));
    const known = before.get(thread) ?? (before.has(`${pid}/${pid}`) ? 0 : delay);
    total += Math.max(0, delay - known);
  }
  return total;
}

function readThreads(pids: readonly number[]): Threads {
  const threads: Threads = new Map();
  for (const pid of pids) {
    for (const thread of threadsOf(pid)) {
      const delay = runDelay(`/proc/${pid}/task/${thread}/schedstat`);
      if (delay !== undefined) threads.set(`${pid}/${thread}`, delay);
    }
  }
  return threads;
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // the process has ended: its wait is over
  }
}

function runDelay(path: string): number | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const length = readSync(descriptor, line, 0, line.length, 0);
    return Number(line.toString("latin1", 0, length).split(" ")[1]);
  } catch {
    return undefined; // the thread ended while it was read
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
