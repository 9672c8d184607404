import type { Bounds } from "../../core/time.ts";
import type { StallWatch } from "../stall-watch.ts";

/** What replicas waited for a processor, as their relays measure it on their nodes. */
export type RelayedStalls = StallWatch & {
  /** A replica's relay measured so much waiting (ms) within the bounds. */
  tell(replica: string, bounds: Bounds, ms: number): void;
};

/** Of one trial. */
export function relayedStalls(): RelayedStalls {
  type Watched = Parameters<StallWatch["watch"]>[0];
  const watched = new Map<string, Watched>();
  return {
    watch(options) {
      const { replica } = options.who;
      watched.set(replica, options);
      return {
        [Symbol.dispose]() {
          if (watched.get(replica) === options) watched.delete(replica);
        },
      };
    },
    tell(replica, bounds, ms) {
      const found = watched.get(replica);
      if (found === undefined) return;
      const { who, recorder } = found;
      const span = bounds.at - bounds.since;
      recorder.record({
        type: "stall",
        who: { replica: who.replica, incarnation: who.incarnation },
        ...bounds,
        ms: Math.min(ms, span) as typeof bounds.at,
      });
    },
    async caughtUp() {}, // told in the order of all that a relay tells
    async [Symbol.asyncDispose]() {},
  };
}
