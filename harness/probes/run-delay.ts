import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { millis, toMicros, type Bounds, type Clock, type Millis } from "../core/time.ts";

/** Waiting beyond this (ms) within one window is a stall. */
const STALL = 20;

/** A thread's open schedstat, and the wait read last, in nanoseconds. */
type Thread = { readonly descriptor: number; waited: number };
/** Threads by number, by process. */
type Processes = Map<number, Map<string, Thread>>;
const line = Buffer.alloc(128);

/** Waiting within a window, by the clock given; `ms` is at most its length. */
export type Waited = Bounds & { readonly ms: Millis };

export type RunDelayWatch = Disposable & {
  /** Ends the window that is open, and begins another. */
  look(): void;
};

/**
 * Measures how long a replica's threads were ready to run and were not run (run_delay: the second field of
 * /proc/PID/task/TID/schedstat, in nanoseconds), summed over its processes, each `every` ms; tells of more than 20 ms
 * of it. Reading is synchronous and takes about 0.1 ms a process.
 */
export function watchRunDelay(options: {
  readonly pids: () => readonly number[];
  readonly clock: Clock;
  readonly stalled: (waited: Waited) => void;
  readonly every?: Millis;
}): RunDelayWatch {
  const { pids, clock, stalled, every = millis(100) } = options;
  const known: Processes = new Map();
  readWaits(known, pids());
  let since = clock.now();
  const look = (): void => {
    const waited = readWaits(known, pids());
    const at = clock.now();
    const ms = toMicros(Math.min(waited / 1e6, at - since));
    if (ms > STALL) stalled({ since, at, ms });
    since = at;
  };
  const timer = setInterval(look, every);
  timer.unref();
  return {
    look,
    [Symbol.dispose]() {
      clearInterval(timer);
      for (const threads of known.values()) close(threads);
      known.clear();
    },
  };
}

/**
 * How long the threads of the processes waited since the last reading, in nanoseconds. A new thread of a known process
 * has waited only since then; a process seen for the first time may be older, so it counts from now on. What is gone
 * takes its last wait with it. Descriptors are kept: opening each file each time costs twice as much as reading it.
 */
function readWaits(known: Processes, pids: readonly number[]): number {
  let total = 0;
  for (const [pid, threads] of known)
    if (!pids.includes(pid)) {
      close(threads);
      known.delete(pid);
    }
  for (const pid of pids) {
    const old = known.get(pid);
    const threads = old ?? new Map<string, Thread>();
    known.set(pid, threads);
    const names = threadsOf(pid);
    for (const name of names) if (!threads.has(name)) open(threads, pid, name);
    for (const [name, thread] of threads) {
      const waited = names.includes(name) ? readWait(thread.descriptor) : undefined;
      if (waited === undefined) {
        closeSync(thread.descriptor);
        threads.delete(name);
        continue;
      }
      if (old !== undefined) total += Math.max(0, waited - thread.waited);
      thread.waited = waited;
    }
  }
  return total;
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // the process has ended: its wait is over
  }
}

function open(threads: Map<string, Thread>, pid: number, name: string): void {
  try {
    threads.set(name, { descriptor: openSync(`/proc/${pid}/task/${name}/schedstat`, "r"), waited: 0 });
  } catch {
    // the thread ended before it was read
  }
}

function readWait(descriptor: number): number | undefined {
  try {
    const length = readSync(descriptor, line, 0, line.length, 0);
    return length === 0 ? undefined : Number(line.toString("latin1", 0, length).split(" ")[1]);
  } catch {
    return undefined; // the thread has ended (ESRCH)
  }
}

function close(threads: Map<string, Thread>): void {
  for (const thread of threads.values()) closeSync(thread.descriptor);
}
