import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Connection } from "./connection.ts";

/** A connection over TCP. */
export type SocketConnection = Connection & {
  readonly socket: Socket;
  /** The session inside, once its handshake is done. */
  secure?: TLSSocket;
};

type Handle = { readStart(): number; readStop(): number };
// Node has no public way to stop reading a socket that a parser or a TLS session has taken over.
const handleOf = (socket: Socket | undefined): Handle | null | undefined =>
  (socket as unknown as { readonly _handle?: Handle | null } | undefined)?._handle;

export function connectionOf(socket: Socket): SocketConnection {
  const connection: SocketConnection = {
    socket,
    stopReading() {
      const stop = (): void => {
        for (const each of [connection.secure, socket]) {
          const handle = handleOf(each);
          if (!handle) continue;
          handle.readStart = () => 0; // streams resume by themselves
          handle.readStop();
        }
      };
      stop();
      setImmediate(stop); // an HTTP/2 session whose last write was still under way reads on when it is done
    },
    reset: () => void socket.resetAndDestroy(),
  };
  return connection;
}
