import { setTimeout as sleep } from "node:timers/promises";
import { HarnessError } from "../../core/errors.ts";
import type { ApiClient } from "./client.ts";

/** How often the API server is asked whether it is ready, and for how long (ms). */
const LOOK_EVERY = 20;
const READY_WITHIN = 60_000;

/** Waits until the API server is ready; rejects as `ended` does, or with HarnessError after a minute. */
export async function untilReady(client: ApiClient, ended: Promise<never>, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN;
  const looking = new AbortController();
  const poll = async (): Promise<void> => {
    while (!(await client.ready())) {
      looking.signal.throwIfAborted();
      signal.throwIfAborted();
      if (performance.now() > deadline)
        throw new HarnessError(`kube-apiserver is not ready after ${READY_WITHIN / 1000} s`, {
          mend: "stop other work on this machine, or use --cluster embedded",
        });
      await sleep(LOOK_EVERY, undefined, { signal });
    }
  };
  try {
    await Promise.race([poll(), ended]);
  } finally {
    looking.abort();
  }
}
