import { Socket } from "node:net";
import { expect, test } from "vitest";
import { millis } from "../../../harness/core/time.ts";
import { watchArrivals } from "../../../harness/witness/arrivals.ts";

test("the first request of a connection that may have waited in the queue is bounded by those before it", () => {
  let now = 0;
  const arrivals = watchArrivals({ now: () => millis(now) });
  const accept = (at: number, since: number): Socket => {
    now = at;
    const socket = new Socket();
    arrivals.accepted(socket, millis(since));
    return socket;
  };
  const a = accept(10, 8);
  const b = accept(11, 8); // no whole poll without an acceptance since a's
  const c = accept(12, 10.5); // nor here: a poll began at 10.5, but b was accepted after that
  const d = accept(20, 18); // a whole poll, begun at 18, found nobody waiting
  expect(arrivals.bound(a, millis(10.8))).toBe(8);
  expect(arrivals.bound(b, millis(12))).toBe(8);
  expect(arrivals.bound(c, millis(13))).toBe(8);
  expect(arrivals.bound(d, millis(22))).toBe(18);
  expect(arrivals.bound(d, millis(30))).toBe(30); // its later requests were watched for
});
