import { setTimeout as sleep } from "node:timers/promises";
import { millis, type Bounds, type Clock, type Millis } from "../../core/time.ts";
import type { Pod } from "../../kubernetes/rollout/types.ts";
import type { ApiClient } from "../apiserver/client.ts";
import { statusOf } from "../kind/container-status.ts";
import type { DelayMeter } from "./delay.ts";
import { podLog, type LoggedLine } from "./pod-log.ts";
import { RELAY } from "./relay-spec.ts";
import { runsNow } from "./relay-status.ts";

/** What one process of a pod's container writes, read through the API. */
export type ProcessLog = {
  /** Reads what is in it now. */
  catchUp(signal: AbortSignal): Promise<void>;
  /** The process has ended: reads the rest of it; false when its pod is gone first. */
  readToEnd(gone: () => boolean): Promise<boolean>;
  /** Reads on no more by itself. */
  stop(): void;
};

/** A log that broke off is taken up again after this, in ms. */
const AGAIN_AFTER = 100;
/** What a process wrote last is read within this of its end (ms), or never. */
const READ_WITHIN = 8000;

const nameOf = ({ metadata: { namespace = "", name } }: Pod) => ({ namespace, name });

/** Reads it as it is written. `wall` translates the node's clock; `late`: how much older than its stamp a line may be. */
export function processLog(options: {
  readonly client: ApiClient;
  readonly pod: () => Pod;
  readonly container: string;
  readonly incarnation: number;
  readonly started: Millis;
  readonly clock: Clock;
  readonly wall: (at: number) => Bounds;
  readonly late: (at: number) => number;
  readonly heard: (text: string, bounds: Bounds) => void;
}): ProcessLog {
  const { client, pod, container, incarnation, clock, wall, late } = options;
  const over = new AbortController();
  let last: number = options.started;
  const heard = (line: LoggedLine): void => {
    const stamped = wall(line.wall);
    const at = Math.min(clock.now(), stamped.at);
    // A line is no older than the one before it.
    last = Math.max(last, stamped.since - late(stamped.since));
    options.heard(line.text, { since: millis(Math.min(last, at)), at: millis(at) });
  };
  const log = podLog(client, { ...nameOf(pod()), container }, heard);
  const follow = async (): Promise<void> => {
    while (!over.signal.aborted) {
      // The API tells of the log of whatever the kubelet says that runs: it is asked once that is ours.
      if (runsNow(pod(), container, incarnation)) await log.follow(over.signal).catch(() => {}); // taken up again
      await sleep(AGAIN_AFTER);
    }
  };
  void follow();
  return {
    catchUp: (signal) => log.catchUp(false, signal),
    async readToEnd(gone) {
      const until = AbortSignal.timeout(READ_WITHIN);
      while (!until.aborted)
        try {
          const previous = (statusOf(pod(), container)?.restarts ?? 0) + 1 > incarnation;
          await log.catchUp(previous, until);
          return true;
        } catch {
          if (gone()) return false;
          await sleep(AGAIN_AFTER);
        }
      return false;
    },
    stop: () => over.abort(),
  };
}

/**
 * Measures how late the node stamps what a container of the pod writes: the relay writes the time at which it writes.
 * Until the signal aborts.
 */
export async function measureLateness(
  options: { readonly client: ApiClient; readonly pod: Pod; readonly wall: (at: number) => Bounds },
  lateness: DelayMeter,
  signal: AbortSignal,
): Promise<void> {
  const { client, pod, wall } = options;
  const heard = (line: LoggedLine): void => {
    const written = Number(line.text);
    if (written > 0) lateness.add(Math.max(0, line.wall - written), wall(line.wall).at);
  };
  const log = podLog(client, { ...nameOf(pod), container: RELAY }, heard);
  while (!signal.aborted) {
    await log.follow(signal).catch(() => {}); // taken up again
    await sleep(AGAIN_AFTER);
  }
}
