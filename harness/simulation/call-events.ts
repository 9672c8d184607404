import type { Incarnation, InvokeEvent, ReturnEvent } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import { faultOf } from "../gate/connection.ts";
import type { Call } from "./call.ts";

// Written out, both: spreading optional fields in is what a simulation would spend its time on.

/** What the gate records of a call that has arrived. */
export function invokeOf(call: Call, { replica, incarnation }: Incarnation, object: string, at: Millis): InvokeEvent {
  const { number, verb, body, version } = call;
  const resource = "leases";
  if (body === undefined) return { type: "invoke", at, replica, incarnation, call: number, verb, resource, object };
  if (version === undefined)
    return { type: "invoke", at, replica, incarnation, call: number, verb, resource, object, record: body };
  return { type: "invoke", at, replica, incarnation, call: number, verb, resource, object, version, record: body };
}

/** What it records of the call's end. */
export function returnOf(
  call: Call,
  { replica, incarnation }: Incarnation,
  type: ReturnEvent["type"],
  status: number,
  at: Millis,
): ReturnEvent {
  const broken = type === "info" ? faultOf(call.connection) : undefined;
  const fault = broken ?? call.plan?.fault;
  const { number, committed } = call;
  const stored = call.reply?.stored;
  if (stored === undefined || fault !== undefined)
    return {
      type,
      at,
      replica,
      incarnation,
      call: number,
      status,
      ...(committed === undefined ? {} : { committed }),
      ...(stored === undefined ? {} : stored),
      ...(fault === undefined ? {} : { fault }),
    };
  const { version, record } = stored;
  if (committed === undefined) return { type, at, replica, incarnation, call: number, status, version, record };
  return { type, at, replica, incarnation, call: number, status, committed, version, record };
}
