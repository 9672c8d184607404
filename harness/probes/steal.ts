import { readFileSync } from "node:fs";
import type { Recorder } from "../core/events.ts";
import { millis, toMicros, type Millis } from "../core/time.ts";

/** Stolen time beyond this (ms) within one window is a stall. */
const STALL = 20;
/** /proc/stat counts in USER_HZ, which is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/**
 * Measures what the hypervisor took from this machine (steal, the eighth figure of /proc/stat's first line) each
 * `every` ms: no process's run_delay shows it. More than 20 ms is a stall of everybody, at most as long as its window.
 */
export function watchSteal(options: { readonly recorder: Recorder; readonly every?: Millis }): Disposable {
  const { recorder, every = millis(250) } = options;
  let before = stolen();
  let since = recorder.now();
  const timer = setInterval(() => {
    const now = stolen();
    const at = recorder.now();
    const ms = toMicros(Math.min(now - before, at - since));
    if (ms > STALL) recorder.record({ type: "stall", who: "harness", since, at, ms });
    before = now;
    since = at;
  }, every);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const stolen = (): number => stolenMillis(readFileSync("/proc/stat", "latin1"));

/** The stolen time in /proc/stat's text, over all cores, in ms since the machine started. */
export const stolenMillis = (stat: string): number => Number(stat.split(/\s+/, 9)[8]) * MS_PER_TICK;
