import { parentPort, workerData } from "node:worker_threads";
import { assert, messageOf } from "../core/errors.ts";
import { millis } from "../core/time.ts";
import { serveActs } from "../witness/server.ts";
import { openLoopMark } from "./loop-mark.ts";
import { monotonic } from "./spawner-words.ts";
import type { Order, Word } from "./witness-words.ts";

// The thread's whole life: it serves acts, and does nothing else that an act would wait for.
assert(parentPort !== null, "this is a thread's own program");
const port = parentPort;
const loop = openLoopMark(monotonic);
const say = (word: Word): void => port.postMessage(word);

try {
  const server = await serveActs({
    host: workerData as string,
    clock: { now: () => millis(monotonic()), since: () => millis(loop.mark()) },
    heard: (act) => say({ type: "act", ...act }),
    refused: () => say({ type: "refused" }),
  });
  port.on("message", (order: Order) => {
    if (order.type === "register") return server.register(order.path, order);
    if (order.type === "forget") return server.forget(order.trial);
    // From a turn's timers to its check phase lies a whole poll: what had arrived by now is heard by then.
    setTimeout(() => setImmediate(() => say({ type: "next" })), 1);
  });
  say({ type: "listening", port: server.port });
} catch (error) {
  say({ type: "deaf", message: messageOf(error) });
}
