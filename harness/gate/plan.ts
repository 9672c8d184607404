import type { CallMatch } from "../core/disturbance.ts";
import type { LockRecord } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import type { Head } from "./known.ts";
import type { Route } from "./route.ts";

/** A delay of one call; it ends early when its disturbance is lifted. */
export type Wait = {
  readonly before: Millis;
  readonly after: Millis;
  readonly lifted: AbortSignal;
  /** Asked when the wait after the API's answer would begin; false: not this call. */
  readonly begins?: (status: number) => boolean;
};

/** What is known of a call beside its route when its plan is drawn up. */
export type Facts = {
  /** Not one of the harness's own questions, which use up no `times`. */
  readonly counted: boolean;
  /** The replica's last call of the lock was a read. */
  readonly afterRead: boolean;
  /** The election record that it would write. */
  readonly record?: LockRecord;
};

/** An answer that the gate makes itself. */
export type Answer = { readonly status: number; readonly retryAfterSeconds: number | undefined };

/** An answer of the API's, read to its end. */
export type Whole = Pick<Head, "status" | "headers"> & { readonly body: Buffer };

/** What will be done to one call; drawn up once, when its request has arrived. */
export type Plan = {
  readonly waits: Wait[];
  answer?: Answer;
  lose?: true;
  /** Changes the body before it is read or forwarded; for bodies that are kept whole. */
  request?: (contentType: string | undefined, body: Buffer) => Buffer;
  /** Changes a whole answer before it is handed over. */
  reply?: (whole: Whole) => Whole;
  /** The fault that decides the call's end; a mere delay names itself only where nothing stronger does. */
  fault?: string;
};

export function matches(match: CallMatch, route: Route): boolean {
  return (
    (match.verbs === undefined || match.verbs.includes(route.verb)) &&
    (match.resources === undefined || match.resources.includes(route.resource)) &&
    (match.objects === undefined || match.objects.includes(route.object))
  );
}
