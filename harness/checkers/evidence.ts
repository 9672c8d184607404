import { faultsOn, storedLease } from "../core/contract.ts";
import type { Interval } from "../core/intervals.ts";
import { lastRecordNaming } from "../core/ledger.ts";
import { type Bounds, formatMillis, type Millis, millis } from "../core/time.ts";
import type { Evidence, Level } from "../core/verdict.ts";
import type { FaultWindow, Tenure, View } from "../core/view.ts";

/** Failures beyond this many are counted, not shown: the first ones tell the story. */
export const MOST_WITNESSES = 20;

/** What statements can prove: L1, or L0 where nothing but the record is observed. */
export const statementLevel = (view: View): Level => (view.header.elector.observe === "record" ? "L0" : "L1");

/** `12.345 s`: an instant of the history, to the millisecond. */
export const instant = (at: number): string => `${(at / 1000).toFixed(3)} s`;

/** `at 12.345 s`, or `between 12.340 s and 12.345 s` where the bounds differ visibly. */
export const bounded = ({ since, at }: Bounds): string =>
  at - since < 1 ? `at ${instant(at)}` : `between ${instant(since)} and ${instant(at)}`;

/** `1 term`, `2 terms`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const tokenOf = (tenure: Tenure): string => (tenure.token === undefined ? "" : ` with token ${tenure.token}`);

export const claimLine = (tenure: Tenure): Evidence => ({
  at: tenure.start.at,
  text: tenure.possible
    ? `${tenure.key} was not observed between ${instant(tenure.start.since)} and ${instant(tenure.end.at)} and may have led`
    : `${tenure.key} said that it leads${tokenOf(tenure)}, ${bounded(tenure.start)}`,
});

export function endLine(tenure: Tenure): Evidence {
  const { ending, end, key } = tenure;
  switch (ending) {
    case "disclaim":
      return { at: end.at, text: `${key} said that it no longer leads, ${bounded(end)}` };
    case "exit":
      return { at: end.at, text: `${key} exited ${bounded(end)}; no disclaim came before` };
    case "open":
      return { at: end.at, text: `no disclaim of ${key} came before the history's end at ${instant(end.at)}` };
    case "gap":
      return { at: end.at, text: `the end of ${key}'s belief was not observed: ${bounded(end)}` };
    default:
      throw ending satisfies never;
  }
}

/** The last record that named the replica by `time`, or that none did. */
export function recordLine(view: View, replica: string, time: number): Evidence {
  const event = lastRecordNaming(view, replica, time);
  if (!event) return { at: millis(time), text: `no record had named ${replica} by ${instant(time)}` };
  const duration = event.record?.durationSeconds;
  const validity = duration === null || duration === undefined ? "" : `, valid for ${formatMillis(duration * 1000)}`;
  return {
    at: event.at,
    text: `the record last named ${replica} in version ${event.version}, committed ${bounded(event)}${validity}`,
  };
}

export const faultLine = (view: View, fault: FaultWindow): Evidence => ({
  at: fault.injected,
  text: `fault ${fault.fault} (${fault.id}) on ${fault.targets.join(", ")} from ${instant(fault.injected)} to ${
    fault.healed === undefined ? `the history's end at ${instant(view.end)}` : instant(fault.healed)
  }`,
});

/** The faults on these replicas that touch a stretch or the lease before it, each once. */
export function faultLines(view: View, replicas: readonly string[], { from, to }: Interval): Evidence[] {
  const before = from - storedLease(view.header.elector.timing);
  const faults = new Set(replicas.flatMap((replica) => faultsOn(view, replica, before, to)));
  return [...faults].map((fault) => faultLine(view, fault));
}

/** The largest of the values, at least 0; lists of any length. */
export const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/** Evidence in time order. */
export const inOrder = (lines: readonly Evidence[]): Evidence[] => lines.toSorted((a, b) => a.at - b.at);

/** `least 1.20 s, most 1.24 s` of an overlap. */
export const extent = (least: number, most: number): string =>
  `[${formatMillis(Math.max(0, least))}, ${formatMillis(most)}]`;

export const asMillis = (interval: Interval): { readonly from: Millis; readonly to: Millis } => ({
  from: millis(interval.from),
  to: millis(interval.to),
});
