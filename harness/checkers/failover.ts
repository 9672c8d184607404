import { defineProperty } from "../core/property.ts";
import { type Missed, type Succession, successionsOf } from "../core/succession.ts";
import { formatMillis, type Millis, millis, toMicros } from "../core/time.ts";
import type { Witness } from "../core/verdict.ts";
import type { View } from "../core/view.ts";
import {
  asMillis,
  claimLine,
  counted,
  endLine,
  faultLines,
  inOrder,
  instant,
  largest,
  MOST_WITNESSES,
  recordLine,
  statementLevel,
} from "./evidence.ts";

const wayOf: Readonly<Record<Missed["by"], string>> = {
  exit: "exited",
  disclaim: "stepped down",
  fault: "was cut short by a fault",
};

/** What the next leader's bound was counted from, and when it ran out. */
const boundLine = ({ base, bound, deadline, released }: Missed): { readonly at: Millis; readonly text: string } => ({
  at: millis(deadline),
  text: `the next leader had to stand by ${instant(deadline)}: ${formatMillis(bound)} after ${instant(base)}${released ? ", the record having been given up" : ""}`,
});

/** A succession that came too late, or not at all. */
export function lateWitness(view: View, succession: Missed): Witness {
  const { leader, gone, by, next, bound, base } = succession;
  const took = (next?.start.since ?? view.end) - base;
  const what = next ? `${next.key} led only ${formatMillis(took)} later` : `nobody led for ${formatMillis(took)}`;
  return {
    summary: `${leader.key} ${wayOf[by]} at ${instant(gone)}, and ${what}; the bound is ${formatMillis(bound)}`,
    incarnations: next ? [leader.key, next.key] : [leader.key],
    ...asMillis({ from: gone, to: next?.start.at ?? view.end }),
    evidence: inOrder([
      claimLine(leader),
      ...(by === "fault" ? [] : [endLine(leader)]),
      recordLine(view, leader.replica, gone),
      boundLine(succession),
      ...(next
        ? [claimLine(next)]
        : [{ at: view.end, text: `nobody led by the history's end at ${instant(view.end)}` }]),
      ...faultLines(view, [leader.replica], { from: gone, to: gone }),
    ]),
  };
}

/** ms from the leader's end to its successor's claim, and without anybody's belief, of each succession that closed. */
export function gapsOf(successions: readonly Succession[]): {
  readonly failover: number[];
  readonly leaderless: number[];
} {
  const [failover, leaderless]: [number[], number[]] = [[], []];
  for (const { gone, leader, next } of successions) {
    if (next === undefined) continue;
    failover.push(toMicros(Math.max(0, next.start.at - gone)));
    leaderless.push(toMicros(Math.max(0, next.start.at - leader.end.at)));
  }
  return { failover, leaderless };
}

/** Why a succession stays open, in one sentence. */
export function openReason(view: View, succession: Missed): string {
  const { leader, gone, base, deadline, outcome, next, hidden } = succession;
  const since = `${leader.key} was gone at ${instant(gone)}`;
  if (hidden) return `${since}, and ${hidden.key} may have led unseen: a gap in its observation hides it`;
  if (outcome === "doubtful")
    return `${since}, and the bounds of ${next!.key}'s claim reach past the deadline at ${instant(deadline)}`;
  if (base === Infinity) return `${since}, and no contender lived and reached the API for as long as the bound`;
  return `${since}, and the history ended at ${instant(view.end)}, before the bound had passed at ${instant(deadline)}`;
}

export const failover = defineProperty({
  name: "failover",
  summary: "After the leader is gone, the next one stands within the elector's bound.",
  judge(view) {
    const successions = successionsOf(view);
    const { failover: failoverMs, leaderless } = gapsOf(successions);
    const censored = successions.length - failoverMs.length;
    const missed = successions.filter((each) => each.outcome !== "kept");
    const late = missed.filter((each) => each.outcome === "late");
    const result = {
      level: statementLevel(view),
      witnesses: late.slice(0, MOST_WITNESSES).map((each) => lateWitness(view, each)),
      hazards: [],
      ...(failoverMs.length > 0 ? { measures: { failoverMs, leaderlessMs: leaderless } } : {}),
      ...(censored > 0 ? { censored: { failoverMs: censored, leaderlessMs: censored } } : {}),
    };
    if (late.length > 0) return { ...result, verdict: "fail", reason: result.witnesses[0]!.summary };
    const [open] = missed;
    if (open) return { ...result, verdict: "unknown", reason: openReason(view, open) };
    if (successions.length === 0)
      return { ...result, verdict: "unknown", idle: true, reason: "no leader was lost, so no failover was seen" };
    return {
      ...result,
      verdict: "pass",
      reason: `${counted(successions.length, "failover")} within the bound; the longest took ${formatMillis(largest(failoverMs))}`,
    };
  },
});
