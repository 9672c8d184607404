import { parentPort } from "node:worker_threads";
import { assert } from "../core/errors.ts";
import { millis } from "../core/time.ts";
import { watchRunDelay, type RunDelayWatch } from "../probes/run-delay.ts";
import { familyOf } from "./proc.ts";
import { monotonic } from "./spawner-words.ts";
import type { Order, Word } from "./stall-words.ts";

/** How long a list of a replica's processes is used before it is made again. */
const FAMILY_MS = 1000;

// The thread's whole life: it reads /proc of every replica, ten times a second.
assert(parentPort !== null, "this is a thread's own program");
const port = parentPort;
const watches = new Map<number, RunDelayWatch>();
const say = (word: Word): void => port.postMessage(word);

function watch(id: number, pid: number): RunDelayWatch {
  let family: readonly number[] = [pid];
  let seen = monotonic();
  const pids = (): readonly number[] => {
    if (monotonic() - seen < FAMILY_MS) return family;
    seen = monotonic();
    return (family = familyOf(pid));
  };
  const stalled: Parameters<typeof watchRunDelay>[0]["stalled"] = (waited) => say({ type: "stalled", id, ...waited });
  return watchRunDelay({ pids, clock: { now: () => millis(monotonic()) }, stalled });
}

port.on("message", (order: Order) => {
  switch (order.type) {
    case "watch":
      watches.set(order.id, watch(order.id, order.pid));
      return;
    case "drop":
      watches.get(order.id)?.[Symbol.dispose]();
      watches.delete(order.id);
      return say({ type: "dropped", id: order.id });
    case "look":
      for (const id of order.ids) watches.get(id)?.look();

      return say({ type: "looked" });
    default:
      throw order satisfies never;
  }
});
