import { readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../../core/time.ts";

export type LagMeter = Disposable & {
  /** How long what was stamped at `at` may have lain in pipes before, in ms. */
  before(at: number): number;
};

type Window = { readonly from: number; readonly to: number; readonly busy: number };

/** How often it is measured, and how far back, in ms. */
const EVERY = 100;
const KEPT = 30_000;
/** Beside what is measured: a wake-up of somebody who waits, in ms. */
const FLOOR = 2;

/**
 * How late the processes between a container's stdout and its log (its shim, containerd) can have been: while a line
 * waits for them, one of their threads runs or waits for a processor, so it waited no longer than the unbroken stretch
 * before its stamp that their running and waiting fill (the first two fields of /proc/PID/task/TID/schedstat).
 */
export function watchLag(pids: () => readonly number[], clock: Clock): LagMeter {
  let last = { at: clock.now() as number, threads: readThreads(pids()) };
  let windows: Window[] = [];
  const sample = (): void => {
    const at = clock.now();
    const threads = readThreads(pids());
    let busy = 0;
    for (const [thread, spent] of threads) busy += Math.max(0, spent - (last.threads.get(thread) ?? 0));
    windows.push({ from: last.at, to: at, busy });
    if (windows.length > (2 * KEPT) / EVERY) windows = windows.slice(-KEPT / EVERY);
    last = { at, threads };
  };
  const timer = setInterval(sample, EVERY);
  timer.unref();
  return {
    before(at) {
      if (last.at < at || last.at - at < 1) sample();
      return FLOOR + lagIn(windows, at);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** The longest w for which every window between at − w and `at` can have been filled by what was busy in it. */
export function lagIn(windows: readonly Window[], at: number): number {
  let lag = 0;
  for (let i = windows.length - 1; i >= 0; i -= 1) {
    const { from, to, busy } = windows[i]!;
    if (from >= at) continue;
    const open = Math.min(to, at) - from;
    if (busy < open) return lag + busy;
    lag += open;
  }
  return lag;
}

/** Milliseconds that each thread ran or was ready to, by pid and number. */
function readThreads(pids: readonly number[]): ReadonlyMap<string, number> {
  const threads = new Map<string, number>();
  for (const pid of pids)
    for (const thread of listOf(`/proc/${pid}/task`))
      try {
        const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ");
        threads.set(`${pid}/${thread}`, (Number(ran) + Number(waited)) / 1e6);
      } catch {
        // it ended while we looked
      }
  return threads;
}

function listOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // its process has ended
  }
}
