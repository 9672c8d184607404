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
 * blackhole: silence, live connections included. refuse: connections reset and refused.
 * latency: waits before the request is forwarded, or after the commit before the reply.
 * status: answers itself. lose-reply: forwards, then cuts the connection instead of answering.
 */
export type Disturbance =
  | { readonly kind: "blackhole" }
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
  | { readonly kind: "lose-reply"; readonly match: CallMatch; readonly times?: number };

/** A disturbance in force. */
export interface ActiveDisturbance {
  /** Calls and connections it has touched so far. */
  hits(): number;
  /** Resolves at the first hit; rejects with the signal's reason. */
  hit(signal: AbortSignal): Promise<void>;
  lift(): void;
}
