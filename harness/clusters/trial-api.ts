import type { Stopped } from "../core/cluster.ts";
import { serveApi, type ApiServer } from "../kubernetes/server.ts";
import type { Store } from "../kubernetes/store.ts";

/** A trial's own server of the run's store: it can be taken away without another trial's noticing. */
export type TrialApi = AsyncDisposable & {
  /** The same for as long as it lives, stopped or not. */
  readonly url: string;
  /** Cuts every connection and frees the port; it is started there again. */
  stop(): Promise<Stopped>;
};

/** Serves the store on a free port of loopback; HarnessError when there is none, or when it is taken while stopped. */
export async function openTrialApi(store: Store): Promise<TrialApi> {
  let server: ApiServer | undefined = await serveApi(store, {});
  const { url, port } = server;
  const close = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    await closing?.[Symbol.asyncDispose]();
  };
  let over = false;
  return {
    url,
    async stop() {
      await close();
      return {
        words: "the API server listens no more",
        async start(signal) {
          signal.throwIfAborted();
          if (!over && server === undefined) server = await serveApi(store, { port });
        },
      };
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await close();
    },
  };
}
