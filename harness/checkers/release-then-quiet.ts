import { type ActEvent, incarnationKey } from "../core/events.ts";
import { firstIndex } from "../core/intervals.ts";
import { type Commit, commitsByIncarnation, commitsOf } from "../core/ledger.ts";
import { pausedFor } from "../core/pauses.ts";
import { defineProperty } from "../core/property.ts";
import { stallsOf } from "../core/stalls.ts";
import { tenuresByKey } from "../core/terms.ts";
import { formatMillis, millis } from "../core/time.ts";
import type { Witness } from "../core/verdict.ts";
import { perView, type View } from "../core/view.ts";
import { FLIGHT } from "./at-most-one-effect.ts";
import { bounded, counted, inOrder, instant, MOST_WITNESSES } from "./evidence.ts";
import { withoutActs } from "./without-acts.ts";

const actsByKey = perView((view): ReadonlyMap<string, readonly ActEvent[]> => Map.groupBy(view.acts, incarnationKey));

/** When the incarnation may act again after its release: its next claim, or its next write of the record with a holder. */
function resumedAt(view: View, release: Commit): number {
  const tenures = tenuresByKey(view).get(release.key) ?? [];
  const claim = tenures[firstIndex(tenures.length, (index) => tenures[index]!.start.since > release.at)];
  const commits = commitsByIncarnation(view).get(release.key) ?? [];
  let next = firstIndex(commits.length, (index) => commits[index]!.at > release.at);
  while (next < commits.length && !commits[next]!.holder) next += 1;
  return Math.min(claim?.start.since ?? Infinity, commits[next]?.since ?? Infinity);
}

/** Acts that were certainly issued after the release: beyond its commit, the flight on the loopback, stalls and pauses. */
function lateActs(view: View, release: Commit): ActEvent[] {
  const acts = actsByKey(view).get(release.key) ?? [];
  const until = resumedAt(view, release);
  const late: ActEvent[] = [];
  for (let i = firstIndex(acts.length, (index) => acts[index]!.at > release.at); i < acts.length; i += 1) {
    const act = acts[i]!;
    if (act.since >= until) break;
    const stalled = (who: string): number => stallsOf(view)(who, release.since, act.at);
    const held = stalled(release.key) + stalled("harness") + pausedFor(view, release.replica, release.since, act.at);
    if (act.since > release.at + FLIGHT + held) late.push(act);
  }
  return late;
}

function witnessOf(release: Commit, acts: readonly ActEvent[]): Witness {
  const last = acts.at(-1)!;
  const after = last.since - release.at;
  return {
    summary: `${release.key} released the record at ${instant(release.at)} and went on acting for ${formatMillis(after)}: ${counted(acts.length, "act")}`,
    incarnations: [release.key],
    from: release.at,
    to: millis(last.at),
    evidence: inOrder([
      { at: release.call.invoke.at, text: `${release.key} sent its release at ${instant(release.call.invoke.at)}` },
      { at: release.at, text: `the API committed the release ${bounded(release)}` },
      ...acts
        .slice(0, 3)
        .map((act) => ({ at: act.at, text: `an act of ${release.key} reached the witness ${bounded(act)}` })),
    ]),
  };
}

export const releaseThenQuiet = defineProperty({
  name: "release-then-quiet",
  summary: "After a replica's release commits, no act that it issued reaches the witness.",
  inapplicable(view) {
    if (!view.header.elector.release && view.calls.length > 0 && !commitsOf(view).some((commit) => commit.release))
      return "the elector declares no release, and none was seen";
    return withoutActs(view);
  },
  judge(view) {
    const releases = commitsOf(view).filter((commit) => commit.release);
    const sins = releases
      .map((release) => ({ release, acts: lateActs(view, release) }))
      .filter(({ acts }) => acts.length > 0);
    const result = {
      level: "L3" as const,
      hazards: [],
      witnesses: sins.slice(0, MOST_WITNESSES).map(({ release, acts }) => witnessOf(release, acts)),
    };
    if (sins.length > 0) return { ...result, verdict: "fail", direct: true, reason: result.witnesses[0]!.summary };
    const unknown = (reason: string) => ({ ...result, verdict: "unknown" as const, reason });
    if (view.calls.length === 0) return unknown("no gate saw a call, so no release could be seen");
    if (releases.length === 0) return { ...unknown("no release was seen"), idle: true };
    if (!releases.some((release) => actsByKey(view).has(release.key)))
      return { ...unknown("no replica that released ever acted at the witness"), idle: true };
    return { ...result, verdict: "pass", reason: `${counted(releases.length, "release")}, and no act came after` };
  },
});
