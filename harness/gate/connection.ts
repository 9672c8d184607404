/** A client's connection to the gate, and what faults have done to it. */
export type Connection = {
  /** Id of the fault that froze it. */
  frozen?: string;
  /** Id of the fault that lets nothing more in; what was forwarded before is still answered. */
  deaf?: string;
  /** The fault that lets nothing out; told of each answer that it swallowed. */
  mute?: { readonly fault: string; swallowed(): void };
  /** Id of the fault that reset it. */
  cut?: string;
  /** Reads no byte any more, under whatever protocol runs in it: not even pings are answered. */
  stopReading(): void;
  /** Ends it with a reset, so that the peer learns it at once and takes nothing for a proper end. */
  reset(): void;
};

/**
 * Nothing passes the connection any more. Not writing is the relay's part: it hands nothing to a connection that is
 * frozen.
 */
export function freeze(connection: Connection, fault: string): void {
  connection.frozen = fault;
  connection.stopReading();
}

/** No byte is read from the connection any more; what is under way is still answered. */
export function deafen(connection: Connection, fault: string): void {
  connection.deaf = fault;
  connection.stopReading();
}

/** Whether a fault of silence, in one direction or both, holds the connection. */
export const isHeld = ({ frozen, deaf, mute }: Connection): boolean =>
  frozen !== undefined || deaf !== undefined || mute !== undefined;

/** Id of the fault that breaks off what is under way on the connection. */
export const faultOf = ({ cut, frozen, deaf, mute }: Connection): string | undefined =>
  cut ?? frozen ?? deaf ?? mute?.fault;

/** Ends the connection with a reset; `fault` is the one that did it, where it was a fault of the path. */
export function reset(connection: Connection, fault?: string): void {
  if (fault !== undefined) connection.cut = fault;
  connection.reset();
}
