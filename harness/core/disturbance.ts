import type { Verb } from "./events.ts";
import type { Millis } from "./time.ts";

/** Which calls of a replica a disturbance touches; an absent list matches all. */
export type CallMatch = {
  readonly verbs?: readonly Verb[];
  readonly resources?: readonly string[];
  readonly objects?: readonly string[];
};

/**
 * What a gate can do to the calls of its replica.
 * blackhole: silence, live connections included; `direction` loses only what the replica sends (requests: replies of
 * calls already forwarded still pass) or only what it would be sent (replies: its requests are still served). refuse: connections reset and refused.
 * latency: waits before the request is forwarded, or after the commit before the reply.
 * status: answers itself. lose-reply: forwards, then cuts the connection instead of answering.
 * stale: reads are answered as the first of them was, from then on; a hit is an answer that was older than the API's.
 * watches: live and new ones deliver nothing, and what they held back when lifted (freeze), or are cut (drop).
 * hold: the first call that fits stays at the gate until it is lifted: its request as it arrived, or the reply to its
 * success. after-read: a write that comes next after a read of the lock. release: one that leaves the record to nobody.
 * skew: the replica's stamps as if its clock went `by` ahead, in whole seconds: later in what it writes, earlier in what
 * it reads or a watch shows it; a hit is a body or event that was changed. A patch that is no JSON object is not.
 */
export type Disturbance =
  | { readonly kind: "blackhole"; readonly direction?: "requests" | "replies" }
  | { readonly kind: "refuse" }
  | {
      readonly kind: "latency";
      readonly match: CallMatch;
      readonly before: Millis;
      readonly after: Millis;
    }
  | {
      readonly kind: "status";
      readonly match: CallMatch;
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly times?: number;
    }
  | { readonly kind: "stale"; readonly match: CallMatch }
  | { readonly kind: "watches"; readonly act: "freeze" | "drop"; readonly match: CallMatch }
  | { readonly kind: "skew"; readonly match: CallMatch; readonly by: Millis }
  | {
      readonly kind: "hold";
      readonly match: CallMatch;
      readonly at: "request" | "reply";
      readonly such?: "after-read" | "release";
    }
  | { readonly kind: "lose-reply"; readonly match: CallMatch; readonly times?: number };

/** A disturbance in force. */
export interface ActiveDisturbance {
  /** Calls and connections it has touched so far. */
  hits(): number;
  /** Resolves at the first hit; rejects with the signal's reason. */
  hit(signal: AbortSignal): Promise<void>;
  lift(): void;
}
