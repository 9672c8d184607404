import { livesByKey, retiredAt, undisturbedFrom } from "../core/contenders.ts";
import { incarnationKey } from "../core/events.ts";
import { firstIndex } from "../core/intervals.ts";
import { lockResource } from "../core/lock.ts";
import { defineProperty } from "../core/property.ts";
import { isWrite } from "../core/reading.ts";
import { boundOf } from "../core/scenario.ts";
import { awakeFor } from "../core/stalls.ts";
import { termsOf } from "../core/terms.ts";
import { formatMillis, millis } from "../core/time.ts";
import type { Witness } from "../core/verdict.ts";
import { type Call, perView, type Tenure, type View } from "../core/view.ts";
import { replyTimeOf } from "../core/trouble.ts";
import { watchesOf } from "../core/watches.ts";
import {
  claimLine,
  counted,
  endLine,
  faultLines,
  inOrder,
  instant,
  MOST_WITNESSES,
  statementLevel,
} from "./evidence.ts";

/** Looks at the lock, or writes a holder into it: what a contender does, and one that only gives up does not. */
const contends = (view: View, { invoke }: Call): boolean =>
  isWrite(invoke)
    ? Boolean(invoke.record?.holder)
    : invoke.record !== undefined || invoke.resource === lockResource[view.header.election.kind];

const contentions = perView((view) =>
  Map.groupBy(
    view.calls.filter((call) => contends(view, call)),
    ({ invoke }) => incarnationKey(invoke),
  ),
);

type Loss = {
  readonly tenure: Tenure;
  /** From when nothing hindered it, and by when it had to contend. */
  readonly from: number;
  readonly deadline: number;
  readonly outcome: "contended" | "exited" | "idle" | "open";
};

/** What became of a replica after it said that it lost. */
function afterLoss(view: View, tenure: Tenure): Loss {
  const { timing, profile } = view.header.elector;
  const life = livesByKey(view).get(tenure.key)!;
  const bound = boundOf(profile.takeover, timing, replyTimeOf(view));
  const from = undisturbedFrom(view, life, tenure.end.at, bound);
  const deadline = awakeFor(view, life.key, from, bound);
  const calls = contentions(view).get(life.key) ?? [];
  const next = calls[firstIndex(calls.length, (index) => calls[index]!.invoke.at > tenure.end.at)];
  // A watch that was open when it lost still tells it of the lock.
  const watching = (watchesOf(view).get(life.key)?.(from, tenure.end.at) ?? []).some(
    ({ end }) => (end?.at ?? Infinity) > from,
  );
  const outcome =
    watching || (next && next.invoke.at <= deadline)
      ? "contended"
      : retiredAt(life) <= deadline
        ? "exited"
        : deadline < view.end
          ? "idle"
          : "open";
  return { tenure, from, deadline, outcome };
}

function witnessOf(view: View, { tenure, from, deadline }: Loss): Witness {
  return {
    summary: `${tenure.key} lost at ${instant(tenure.end.at)} and neither contended again nor exited within ${formatMillis(deadline - from)}`,
    incarnations: [tenure.key],
    from: tenure.end.at,
    to: millis(deadline),
    evidence: inOrder([
      claimLine(tenure),
      endLine(tenure),
      { at: millis(from), text: `nothing hindered ${tenure.key} from ${instant(from)} on` },
      { at: millis(deadline), text: `by ${instant(deadline)} it had not looked at the lock, and its process lived on` },
      ...faultLines(view, [tenure.replica], { from: tenure.end.since, to: tenure.end.at }),
    ]),
  };
}

export const rejoin = defineProperty({
  name: "rejoin",
  summary: "A replica that lost contends again within the elector's bound, or exits.",
  judge(view) {
    const level = statementLevel(view);
    const unknown = (reason: string) => ({ level, verdict: "unknown" as const, reason, witnesses: [], hazards: [] });
    if (view.calls.length === 0) return unknown("no gate saw a call, so contention could not be seen");
    const losses = termsOf(view)
      .filter((tenure) => tenure.ending === "disclaim")
      .filter((tenure) => (livesByKey(view).get(tenure.key)?.terminating ?? Infinity) > tenure.end.at)
      .map((tenure) => afterLoss(view, tenure));
    const idle = losses.filter(({ outcome }) => outcome === "idle");
    const witnesses = idle.slice(0, MOST_WITNESSES).map((loss) => witnessOf(view, loss));
    if (idle.length > 0)
      return { level, verdict: "fail", direct: true, reason: witnesses[0]!.summary, witnesses, hazards: [] };
    const open = losses.find(({ outcome }) => outcome === "open");
    if (open)
      return unknown(
        `${open.tenure.key} lost at ${instant(open.tenure.end.at)}, and the history ended before its bound had passed`,
      );
    if (losses.length === 0) return { ...unknown("no replica lost the lead and lived"), idle: true };
    return {
      level,
      verdict: "pass",
      reason: `${counted(losses.length, "replica")} lost and lived, and each contended again or exited`,
      witnesses: [],
      hazards: [],
    };
  },
});
