import { createServer, type Socket } from "node:net";
import { Agent } from "undici";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Certificate } from "../../gate/certificate.ts";
import { forward, type Forwarded } from "./port-forward.ts";

/** A pod's port, asked at an address of this machine. */
export type Asked = Forwarded & { readonly address: string };

export type Answers = AsyncDisposable & {
  /** Opens the pod's port at `address` of this machine; HarnessError when it cannot listen there. */
  open(asked: Asked): Promise<void>;
};

/** Carries questions to pods through the API server, each connection to one of its own (see `forward`). */
export function openAnswers(api: string, { ca, cert, key }: Certificate): Answers {
  const dispatcher = new Agent({ allowH2: false, connect: { ca, cert, key } });
  const servers = new AsyncDisposableStack();
  return {
    async open(asked) {
      const live = new Set<Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        live.add(socket);
        socket.once("close", () => live.delete(socket));
        forward(socket, asked, { api, dispatcher });
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause) =>
          reject(new HarnessError(`nobody can ask ${asked.pod} at ${asked.address}: ${messageOf(cause)}`, { cause })),
        );
        server.listen(asked.port, asked.address, resolve);
      });
      servers.defer(async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        for (const socket of live) socket.resetAndDestroy();
        await closed;
      });
    },
    async [Symbol.asyncDispose]() {
      await servers.disposeAsync();
      await dispatcher.destroy();
    },
  };
}
