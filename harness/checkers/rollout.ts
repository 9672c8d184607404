import { livesByKey } from "../core/contenders.ts";
import type { RolloutEvent } from "../core/events.ts";
import type { Figures } from "../core/measures.ts";
import { defineProperty } from "../core/property.ts";
import { stallsOf } from "../core/stalls.ts";
import { successionsOf } from "../core/succession.ts";
import { formatMillis } from "../core/time.ts";
import { lockTroubles } from "../core/trouble.ts";
import type { PropertyResult } from "../core/verdict.ts";
import type { View } from "../core/view.ts";
import { asMillis, counted, inOrder, instant, largest, statementLevel } from "./evidence.ts";
import { gapsOf, lateWitness, openReason } from "./failover.ts";

type Rolling = { readonly start: RolloutEvent; readonly end?: RolloutEvent };

/** Each rolling update with how it ended. */
function rollingsOf(events: readonly RolloutEvent[]): Rolling[] {
  const rollings: Rolling[] = [];
  for (const event of events) {
    const last = rollings.at(-1);
    if (event.phase === "start") rollings.push({ start: event });
    else if (last && !last.end) rollings[rollings.length - 1] = { ...last, end: event };
  }
  return rollings;
}

/** Part of a stuck rollout that the harness may have stalled before the rollout's failure is put down to it. */
const STALLED_SHARE = 0.5;

/** A reason outside the elector why a rollout got stuck: a fault in force, an API in trouble of its own, or stalls. */
function excuseFor(view: View, from: number, to: number): string | undefined {
  const fault = view.faults.find(
    (each) => each.injected < to && (each.healed ?? view.end) > from && each.effect !== "none",
  );
  if (fault) return `fault ${fault.fault} (${fault.id}) was in force`;
  const troubled = [...new Set(view.lives.map(({ replica }) => replica))].find(
    (replica) => lockTroubles(view, replica, from, to).length > 0,
  );
  if (troubled) return `the API refused or kept calls of ${troubled} with no fault of ours`;
  const stalled = stallsOf(view)("harness", from, to);
  return stalled >= STALLED_SHARE * (to - from) ? `the harness stalled for ${formatMillis(stalled)}` : undefined;
}

export const rollout = defineProperty({
  name: "rollout",
  summary: "A rolling update finishes, and the time without a leader across it is within the elector's bound.",
  judge(view): Omit<PropertyResult, "name"> {
    const rollings = rollingsOf(view.rollouts);
    const base = { level: statementLevel(view), witnesses: [], hazards: [] } as const;
    const unknown = (reason: string) => ({ ...base, verdict: "unknown" as const, reason });
    if (rollings.length === 0) return { ...unknown("no rollout was seen"), idle: true };
    // A rollout may be complete while the last old pod still terminates: its reign belongs to it, too.
    const successions = successionsOf(view).filter(({ leader, gone }) =>
      rollings.some(({ start, end }) => {
        const until = end?.at ?? view.end;
        const old = livesByKey(view).get(leader.key)?.revision === start.from;
        return leader.start.at < until && gone >= start.at && (gone <= until || old);
      }),
    );
    const { leaderless } = gapsOf(successions);
    const measures: Figures = leaderless.length > 0 ? { rolloutLeaderlessMs: [largest(leaderless)] } : {};
    const stuck = rollings.find(({ end }) => end?.phase === "stuck");
    if (stuck?.end) {
      const { start, end } = stuck;
      const excuse = excuseFor(view, start.at, end.at);
      const summary = `the rollout from ${start.from} to ${start.to} did not finish${end.detail ? `: ${end.detail}` : ""}`;
      if (excuse) return { ...unknown(`${summary}, but ${excuse}`), measures };
      const evidence = inOrder([
        { at: start.at, text: `the rollout began at ${instant(start.at)}` },
        { at: end.at, text: `it was given up at ${instant(end.at)}${end.detail ? `: ${end.detail}` : ""}` },
        ...view.lives
          .filter((life) => life.exited && life.exited.at >= start.at && life.exited.at <= end.at)
          .slice(0, 5)
          .map((life) => ({
            at: life.exited!.at,
            text: `${life.key} exited with ${life.exited!.signal ?? `status ${life.exited!.code}`}`,
          })),
      ]);
      const witness = { summary, incarnations: [], ...asMillis({ from: start.at, to: end.at }), evidence };
      return { ...base, verdict: "fail", reason: summary, witnesses: [witness], measures };
    }
    const missed = successions.filter((each) => each.outcome !== "kept");
    const late = missed.filter((each) => each.outcome === "late").map((each) => lateWitness(view, each));
    if (late.length > 0) return { ...base, verdict: "fail", reason: late[0]!.summary, witnesses: late, measures };
    if (rollings.some(({ end }) => !end)) return { ...unknown("the history ended before the rollout did"), measures };
    const [open] = missed;
    if (open) return { ...unknown(openReason(view, open)), measures };
    if (successions.length === 0 && view.tenures.length === 0)
      return unknown("no replica said that it leads across the rollout");
    const gap = leaderless.length > 0 ? `, ${formatMillis(largest(leaderless))} without a leader at the longest` : "";
    return {
      ...base,
      verdict: "pass",
      measures,
      reason: `${counted(rollings.length, "rollout")} finished${gap}`,
    };
  },
});
