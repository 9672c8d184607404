import { type HistoryEvent, incarnationKey, type ReplicaEvent } from "../core/events.ts";

/**
 * How processes ended that nobody ended, and what the last of them said: undefined where there were none. For a
 * verdict that lacks evidence this is the sentence that explains it (a missing flag, a port that is taken).
 */
export function lastWords(events: readonly HistoryEvent[], logTail: (replica: string) => string): string | undefined {
  const ended = events.filter((event): event is ReplicaEvent => event.type === "replica");
  const asked = new Set(ended.filter((event) => event.phase === "terminating").map(incarnationKey));
  const exits = ended.filter(
    (event) => event.phase === "exited" && !asked.has(incarnationKey(event)) && !endedBy(events, event),
  );
  const last = exits.at(-1);
  if (last === undefined) return undefined;
  const said = logTail(last.replica)
    .split("\n")
    .findLast((line) => line.trim() !== "" && !line.startsWith("[interregnum]"));
  const started = ended.filter((event) => event.phase === "started").length;
  const how = last.signal ?? `status ${last.code}`;
  const words = said === undefined ? "its log is empty" : `its log ends: ${said.trim().slice(0, 200)}`;
  return `${exits.length} of ${started} processes ended by themselves, the last with ${how}; ${words}`;
}

/** Whether a fault that ends processes was in force at the replica when it ended. */
const endedBy = (events: readonly HistoryEvent[], { replica, at }: ReplicaEvent): boolean =>
  events.some(
    (event) =>
      event.type === "fault" &&
      event.effect === "end" &&
      event.phase === "inject" &&
      event.targets.includes(replica) &&
      event.at <= at &&
      !events.some((end) => end.type === "fault" && end.id === event.id && end.phase === "healed" && end.at < at),
  );
