import type { CallMatch } from "../core/disturbance.ts";
import type { Millis } from "../core/time.ts";
import type { Route } from "./route.ts";

/** A delay of one call; it ends early when its disturbance is lifted. */
export type Wait = { readonly before: Millis; readonly after: Millis; readonly lifted: AbortSignal };

/** An answer that the gate makes itself. */
export type Answer = { readonly status: number; readonly retryAfterSeconds: number | undefined };

/** What will be done to one call; drawn up once, when its request has arrived. */
export type Plan = {
  readonly waits: Wait[];
  answer?: Answer;
  lose?: true;
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
