import { incarnationKey, type HistoryEvent, type Incarnation, type LockRecord, type Recorder } from "../core/events.ts";
import type { Observe } from "../core/elector.ts";

export type Leadership = {
  /** A recorder that passes everything on and learns from it who leads. */
  readonly recorder: Recorder;
  /** Of the given incarnations the one that leads by its own last word: of several whom the record names, else the latest. */
  leaderOf<T extends Incarnation>(alive: readonly T[]): T | undefined;
};

/**
 * Follows who leads. An elector that makes statements is believed and nothing else is: after a crash the record still
 * names the dead. Only where there are no statements to be had (observe record) the record's holder counts:
 * a replica of that name, or whose name the holder begins with (client-go's <hostname>_<uuid>).
 */
export function followLeadership(inner: Recorder, observe: Observe["via"]): Leadership {
  const claims = new Map<string, number>();
  let record: LockRecord | null = null;
  let order = 0;

  const learn = (event: HistoryEvent): void => {
    switch (event.type) {
      case "claim":
        claims.set(incarnationKey(event), (order += 1));
        return;
      case "disclaim":
        claims.delete(incarnationKey(event));
        return;
      case "answer":
        if (!event.leading) claims.delete(incarnationKey(event));
        else if (!claims.has(incarnationKey(event))) claims.set(incarnationKey(event), (order += 1));
        return;
      case "record":
        record = event.record;
        return;
    }
  };
  const byRecord = observe === "record";
  const holds = ({ replica }: Incarnation): boolean =>
    record?.holder === replica || record?.holder?.startsWith(`${replica}_`) === true;

  return {
    recorder: {
      now: () => inner.now(),
      since: () => inner.since(),
      record(event) {
        learn(event);
        inner.record(event);
      },
    },
    leaderOf(alive) {
      if (byRecord) return alive.find(holds);
      const last = (who: Incarnation): number => claims.get(incarnationKey(who)) ?? 0;
      const claimants = alive.filter((who) => last(who) > 0).toSorted((a, b) => last(b) - last(a));
      // One that was frozen wakes up and claims what its successor holds.
      return claimants.find(holds) ?? claimants[0];
    },
  };
}
