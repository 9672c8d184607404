import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { HarnessError, messageOf } from "../../core/errors.ts";

/** A trial's own way to the API server: taken away, no other trial notices. Bytes pass as they are, TLS and all. */
export type Relay = AsyncDisposable & {
  /** The same for as long as it lives, stopped or not. */
  readonly url: string;
  /** Cuts every connection and frees the port; what it returns listens there again. */
  stop(): Promise<(signal: AbortSignal) => Promise<void>>;
};

/** Opens a free port of loopback before `target`, a port of `to`; HarnessError when it cannot listen. */
export async function openRelay(target: number, to = "127.0.0.1"): Promise<Relay> {
  const live = new Set<Socket>();
  const join = (socket: Socket): void => {
    const onward = connect({ port: target, host: to, noDelay: true });
    const pair = [socket, onward];
    const end = (): void => pair.forEach((each) => each.destroy());
    for (const each of pair) {
      live.add(each);
      each.on("error", end); // one side's end is the other's
      each.once("close", () => {
        live.delete(each);
        end();
      });
    }
    socket.pipe(onward).pipe(socket);
  };
  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, join);
      server.once("error", (cause) =>
        reject(new HarnessError(`no way to the API can be opened: ${messageOf(cause)}`, { cause })),
      );
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  let over = false;
  const close = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    const closed = new Promise((resolve) => closing.close(resolve));
    for (const socket of live) socket.resetAndDestroy();
    await closed;
  };
  return {
    url: `https://127.0.0.1:${port}`,
    async stop() {
      await close();
      return async (signal) => {
        signal.throwIfAborted();
        if (!over && server === undefined) server = await listen(port);
      };
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await close();
    },
  };
}
