import type { Socket } from "node:net";
import { millis, type Clock, type Millis } from "../core/time.ts";

/** When what came over a fresh connection can have been sent at the earliest. */
export type Arrivals = {
  /** A connection was accepted in this callback. */
  accepted(socket: Socket, since: Millis): void;
  /** The bound of a whole request read in this callback; a connection's first may be older than the last poll. */
  bound(socket: Socket, since: Millis): Millis;
};

/**
 * Connections are accepted one a poll, so one may have waited behind others. When a whole poll went by without an
 * acceptance (since > the last acceptance) nobody waited, and this one came after it; else its bound is that of the
 * one before it.
 */
export function watchArrivals(clock: Clock): Arrivals {
  const bounds = new WeakMap<Socket, Millis>();
  let lastAt = millis(Number.NEGATIVE_INFINITY);
  let lastBound = millis(Number.POSITIVE_INFINITY);
  return {
    accepted(socket, since) {
      lastBound = since > lastAt ? since : millis(Math.min(since, lastBound));
      lastAt = clock.now();
      bounds.set(socket, lastBound);
    },
    bound(socket, since) {
      const fresh = bounds.get(socket);
      bounds.delete(socket);
      return fresh === undefined ? since : millis(Math.min(fresh, since));
    },
  };
}
