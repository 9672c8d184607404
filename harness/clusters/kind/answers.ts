import { createServer, type Socket } from "node:net";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Access } from "../apiserver/access.ts";
import { openForwarder, type Forwarded, type Forwarder, type PodPort } from "../apiserver/port-forward.ts";

/** A pod's port, asked at an address of this machine. */
export type Asked = PodPort & { readonly address: string };

export type Answers = AsyncDisposable & {
  /** Opens the pod's port at `address` of this machine; HarnessError when it cannot listen there. */
  open(asked: Asked): Promise<void>;
};

/** A question is some hundred bytes; one that waits for its way in more than this (bytes) is let go. */
const MOST_WAITING = 64 * 1024;

/** Carries questions to pods through the API server, each connection to one of its own. */
export function openAnswers(api: string, access: Access): Answers {
  const forwarder = openForwarder(api, access);
  const servers = new AsyncDisposableStack();
  return {
    async open(asked) {
      const live = new Set<Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        live.add(socket);
        socket.once("close", () => live.delete(socket));
        void join(socket, asked, forwarder);
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
      await forwarder[Symbol.asyncDispose]();
    },
  };
}

/** Joins a connection of this machine to the pod's port; what ends one ends the other, and a port that cannot be reached resets it. */
async function join(socket: Socket, asked: Asked, forwarder: Forwarder): Promise<void> {
  let way: Forwarded | undefined;
  let waiting: Buffer[] = [];
  socket.on("error", () => {}); // "close" follows
  socket.once("close", () => way?.close());
  socket.on("data", (chunk: Buffer) => {
    if (way !== undefined) return way.send(chunk);
    waiting.push(chunk);
    if (waiting.reduce((sum, { length }) => sum + length, 0) > MOST_WAITING) socket.resetAndDestroy();
  });
  const heard = (bytes: Buffer): void => {
    if (!socket.destroyed) socket.write(bytes);
  };
  const closed = (refused: boolean): void => void (refused ? socket.resetAndDestroy() : socket.end());
  try {
    const opened = await forwarder.open(asked, heard, closed);
    if (socket.destroyed) return opened.close();
    for (const chunk of waiting) opened.send(chunk);
    waiting = [];
    way = opened;
  } catch {
    socket.resetAndDestroy(); // no answer: that is what is told
  }
}
