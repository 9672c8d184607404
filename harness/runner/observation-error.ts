import type { HistoryEvent } from "../core/events.ts";
import { toMicros, type Millis } from "../core/time.ts";

/** How wide the bounds of what was observed were (at − since), in milliseconds; nearest rank. */
export type ObservationError = {
  readonly count: number;
  readonly p50: Millis;
  readonly p99: Millis;
  readonly max: Millis;
};

/** Collects the widths of the bounds of statements, exits and acts; the summary is zeros when nothing was observed. */
export function observationErrors(): { add(event: HistoryEvent): void; summary(): ObservationError } {
  const widths: number[] = [];
  return {
    add(event) {
      const width = widthOf(event);
      if (width !== undefined) widths.push(width);
    },
    summary() {
      const sorted = Float64Array.from(widths).toSorted();
      const quantile = (q: number): Millis => toMicros(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0);
      return { count: sorted.length, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) };
    },
  };
}

/** Undefined for what is not seen through the event loop's poll, or is no observation of the replicas. */
function widthOf(event: HistoryEvent): number | undefined {
  switch (event.type) {
    case "claim":
    case "disclaim":
    case "act":
      return event.at - event.since;
    case "replica":
      return event.since === undefined ? undefined : event.at - event.since;
    default:
      return undefined;
  }
}
