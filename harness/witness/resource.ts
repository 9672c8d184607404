import type { Incarnation, Recorder } from "../core/events.ts";
import type { Millis } from "../core/time.ts";
import type { Act } from "./act.ts";

/** What the replicas of one trial act upon. */
export type Resource = {
  readonly recorder: Recorder;
  /** Judges an act that reached the witness no earlier than `since`, records it, and says whether it was accepted. */
  act(who: Incarnation, act: Act, since: Millis): boolean;
};

/**
 * With fencing, a token below the highest accepted one is refused, as a fenced store would. An act without a token is
 * accepted: nothing can be said against it here.
 */
export function openResource(recorder: Recorder, fencing: boolean): Resource {
  let highest = Number.NEGATIVE_INFINITY;
  return {
    recorder,
    act({ replica, incarnation }, { token }, since) {
      const accepted = !fencing || token === undefined || token >= highest;
      if (accepted && token !== undefined) highest = Math.max(highest, token);
      recorder.record({
        type: "act",
        since,
        at: recorder.now(),
        replica,
        incarnation,
        ...(token === undefined ? {} : { token }),
        accepted,
      });
      return accepted;
    },
  };
}
