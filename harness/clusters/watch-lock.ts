import { request } from "node:http";
import type { Watched } from "../core/cluster.ts";
import type { Millis } from "../core/time.ts";
import { ASK_HEADER } from "../gate/headers.ts";

/**
 * Watches one object for `span` on a connection of its own: a server shows what is there at once, then each change.
 * Rejects with the signal's reason only.
 */
export function watchLock(url: string, span: Millis, signal: AbortSignal): Promise<Watched> {
  signal.throwIfAborted();
  const over = AbortSignal.timeout(span);
  return new Promise((resolve, reject) => {
    let events = 0;
    const end = (): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ events, cut: !over.aborted });
    };
    const call = request(url, {
      agent: false,
      headers: { [ASK_HEADER]: "1", accept: "application/json" },
      signal: AbortSignal.any([signal, over]),
    });
    call.once("response", (response) => {
      response.on("data", (chunk: Buffer) => (events += chunk.toString("latin1").split("\n").length - 1));
      response.on("error", () => {}); // a break is an end; the close tells of it
      response.once("close", end);
    });
    call.once("error", end);
    call.end();
  });
}
