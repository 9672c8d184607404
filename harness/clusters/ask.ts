import { request } from "node:http";
import type { Millis } from "../core/time.ts";

/** Gates disturb a call with this header like any other, and do not record it. */
const ASK_HEADER = "x-interregnum-ask";

/** One GET on a connection of its own: the status of the whole answer, or why none came within `timeout`. Rejects only with the signal's reason. */
export function askApi(
  url: string,
  timeout: Millis,
  signal: AbortSignal,
): Promise<{ readonly status?: number; readonly error?: string }> {
  signal.throwIfAborted();
  const late = AbortSignal.timeout(timeout);
  return new Promise((resolve, reject) => {
    const call = request(url, {
      agent: false,
      headers: { [ASK_HEADER]: "1" },
      signal: AbortSignal.any([signal, late]),
    });
    const fail = (error: Error): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ error: late.aborted ? `no answer within ${timeout} ms` : error.message });
    };
    call.once("response", (response) => {
      response.once("error", fail);
      response.once("end", () => resolve({ status: response.statusCode ?? 0 }));
      response.resume();
    });
    call.on("error", fail);
    call.end();
  });
}
