import { createServer } from "node:net";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Tunnel } from "./tunnel.ts";

/** Ports of pods that are asked at addresses of this machine, through the pods' relays. */
export type Questions = AsyncDisposable & {
  /** HarnessError when nobody can listen there. `tunnel` is asked at each connection. */
  open(asked: {
    readonly address: string;
    readonly port: number;
    readonly tunnel: () => Tunnel | undefined;
  }): Promise<void>;
};

export function openQuestions(): Questions {
  const servers = new AsyncDisposableStack();
  return {
    async open({ address, port, tunnel }) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        const way = tunnel();
        if (way === undefined) socket.resetAndDestroy();
        else way.open(socket, port);
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause) =>
          reject(new HarnessError(`nobody can ask at ${address}: ${messageOf(cause)}`, { cause })),
        );
        server.listen(port, address, resolve);
      });
      servers.defer(() => new Promise((resolve) => void server.close(() => resolve())));
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}
