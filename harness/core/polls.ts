import { lockCalls } from "./renewals.ts";
import { isWrite } from "./reading.ts";
import { tenuresByKey } from "./terms.ts";
import type { View } from "./view.ts";

/** Polls in a row that show a standby's habit. */
const ENOUGH = 5;

/**
 * For each incarnation that never led and was seen to read the lock often enough: how far apart, in ms, the shortest and
 * the longest time between two of its reads lie that no fault touched. Near 0 where standbys poll in step; client-go's
 * jitter spreads them over up to 1.2 P.
 */
export function standbyPollSpreads(view: View): readonly number[] {
  const spreads: number[] = [];
  for (const [key, calls] of lockCalls(view)) {
    if (tenuresByKey(view).has(key)) continue;
    const reads = calls.filter(({ invoke }) => !isWrite(invoke) && invoke.verb !== "watch");
    const gaps = reads.slice(1).flatMap((read, index) => {
      const before = reads[index]!;
      return before.end?.type === "ok" && before.end.fault === undefined ? [read.invoke.at - before.end.at] : [];
    });
    if (gaps.length >= ENOUGH) spreads.push(Math.max(...gaps) - Math.min(...gaps));
  }
  return spreads;
}
