import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** A client's TCP connection to the gate, and what faults have done to it. */
export type Connection = {
  readonly socket: Socket;
  /** The session inside, once its handshake is done. */
  secure?: TLSSocket;
  /** Id of the fault that froze it. */
  frozen?: string;
  /** Id of the fault that lets nothing more in; what was forwarded before is still answered. */
  deaf?: string;
  /** The fault that lets nothing out; told of each answer that it swallowed. */
  mute?: { readonly fault: string; swallowed(): void };
  /** Id of the fault that reset it. */
  cut?: string;
};

type Handle = { readStart(): number; readStop(): number };
// Node has no public way to stop reading a socket that a parser or a TLS session has taken over.
const handleOf = (socket: Socket | undefined): Handle | null | undefined =>
  (socket as unknown as { readonly _handle?: Handle | null } | undefined)?._handle;

/**
 * No byte is read from the connection any more, under whatever protocol runs in it: not even pings are answered.
 * Not writing is the relay's part: it hands nothing to a connection that is frozen.
 */
export function freeze(connection: Connection, fault: string): void {
  connection.frozen = fault;
  stopReading(connection);
}

/** No byte is read from the connection any more; what is under way is still answered. */
export function deafen(connection: Connection, fault: string): void {
  connection.deaf = fault;
  stopReading(connection);
}

/** Whether a fault of silence, in one direction or both, holds the connection. */
export const isHeld = ({ frozen, deaf, mute }: Connection): boolean =>
  frozen !== undefined || deaf !== undefined || mute !== undefined;

/** Id of the fault that breaks off what is under way on the connection. */
export const faultOf = ({ cut, frozen, deaf, mute }: Connection): string | undefined =>
  cut ?? frozen ?? deaf ?? mute?.fault;

function stopReading(connection: Connection): void {
  const stop = (): void => {
    for (const socket of [connection.secure, connection.socket]) {
      const handle = handleOf(socket);
      if (!handle) continue;
      handle.readStart = () => 0; // streams resume by themselves
      handle.readStop();
    }
  };
  stop();
  setImmediate(stop); // an HTTP/2 session whose last write was still under way reads on when it is done
}

/** Ends the connection with a reset, so that the peer learns it at once and takes nothing for a proper end. */
export function reset(connection: Connection, fault?: string): void {
  if (fault !== undefined) connection.cut = fault;
  connection.socket.resetAndDestroy();
}
