import type { Incarnation, Recorder, ReturnEvent } from "../core/events.ts";
import type { Seen, Sighting } from "./lock-object.ts";
import type { Route } from "./route.ts";

/** How a call ended, as the gate saw it. */
export type Ending = Seen & Pick<ReturnEvent, "type" | "at" | "status" | "committed" | "fault">;

/** Writes that a request has arrived, and for which namespace where that is not `home`; the returned function writes how it ended. */
export function recordCall(
  recorder: Recorder,
  who: Incarnation,
  call: number,
  route: Route,
  home: string,
  sighting: Sighting,
): (ending: Ending) => void {
  const { replica, incarnation } = who;
  const { object, ...seen } = sighting;
  recorder.record({
    type: "invoke",
    at: recorder.now(),
    replica,
    incarnation,
    call,
    verb: route.verb,
    resource: route.resource,
    object: object ?? route.object,
    ...(route.namespace === "" || route.namespace === home ? {} : { namespace: route.namespace }),
    ...seen,
  });
  return ({ type, at, status, ...rest }) => recorder.record({ type, at, replica, incarnation, call, status, ...rest });
}
