import type { HistoryEvent } from "../core/events.ts";
import { toMicros, type Millis } from "../core/time.ts";

/** How wide bounds were, in milliseconds; nearest rank. */
export type Widths = { readonly count: number; readonly p50: Millis; readonly p99: Millis; readonly max: Millis };

/** By what the replicas are seen. */
type ProbeName = "statements" | "answers" | "acts" | "processes";

/** How wide the bounds of statements, acts and processes were (at − since), together and each; and those of answers (at − asked). */
export type ObservationError = Widths & { readonly byProbe: Readonly<Partial<Record<ProbeName, Widths>>> };

/** Collects the widths of the bounds of what is observed; the summary is zeros when nothing was. */
export function observationErrors(): { add(event: HistoryEvent): void; summary(): ObservationError } {
  const widths: Record<ProbeName, number[]> = { statements: [], answers: [], acts: [], processes: [] };
  return {
    add(event) {
      const seen = widthOf(event);
      if (seen !== undefined) widths[seen.probe].push(seen.width);
    },
    summary() {
      const { statements, acts, processes } = widths;
      const each = Object.entries(widths).filter(([, some]) => some.length > 0);
      return {
        ...summaryOf([...statements, ...acts, ...processes]),
        byProbe: Object.fromEntries(each.map(([probe, some]) => [probe, summaryOf(some)])),
      };
    },
  };
}

function summaryOf(widths: readonly number[]): Widths {
  const sorted = Float64Array.from(widths).toSorted();
  const quantile = (q: number): Millis => toMicros(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0);
  return { count: sorted.length, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) };
}

/** Undefined for what is no observation of the replicas. */
function widthOf(event: HistoryEvent): { readonly probe: ProbeName; readonly width: number } | undefined {
  switch (event.type) {
    case "claim":
    case "disclaim":
      return { probe: "statements", width: event.at - event.since };
    case "act":
      return { probe: "acts", width: event.at - event.since };
    case "answer":
      return { probe: "answers", width: event.at - event.asked };
    case "replica":
      return event.since === undefined ? undefined : { probe: "processes", width: event.at - event.since };
    default:
      return undefined;
  }
}
