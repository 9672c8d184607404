import { readFileSync } from "node:fs";
import { millis, type Bounds, type Clock } from "../../core/time.ts";

/** A clock tick of /proc, and the precision of /proc/uptime, in ms: USER_HZ is 100 on every machine of Linux. */
const TICK = 10;

/** When a process was started by the harness's clock, from the ticks after boot that /proc/PID/stat tells. */
export function startedAt(ticks: string, clock: Clock): Bounds {
  const uptime = Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 1000;
  const now = clock.now();
  const at = now - uptime + Number(ticks) * TICK;
  return { since: millis(at - TICK), at: millis(Math.min(now, at + TICK)) };
}
