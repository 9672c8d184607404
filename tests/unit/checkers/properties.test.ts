import { expect, test } from "vitest";
import {
  aLeaderEmerges,
  atMostOneEffect,
  atMostOneLeader,
  callbacksPaired,
  claimBackedByRecord,
  failover,
  rejoin,
  releaseThenQuiet,
  rollout,
  stability,
} from "../../../harness/checkers/index.ts";
import { judge } from "../../../harness/core/judge.ts";
import type { Property } from "../../../harness/core/property.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis } from "../../../harness/core/time.ts";
import { handover, opening, partitioned, released } from "./stories.ts";
import { Story } from "./story.ts";

const verdictOf = (property: Property, story: Story) => property.judge(viewOf(story.history())).verdict;
const reasonOf = (property: Property, story: Story) => property.judge(viewOf(story.history())).reason;

test("a missed minimum is unknown, and says which", () => {
  expect(reasonOf(atMostOneLeader, handover(9500, { minimum: { terms: 3 } }))).toBe(
    "the trial saw 2 terms, and the scenario asks for at least 3",
  );
  expect(reasonOf(atMostOneLeader, handover(9500, { minimum: { takeovers: 2 } }))).toContain("1 takeover,");
  expect(reasonOf(atMostOneLeader, handover(9500, { minimum: { faults: 2 } }))).toContain("1 fault,");
});

test("a fault that is not proven to have landed is unknown, and named", () => {
  const story = handover().unproven("partition", "cut", "b", 11_000);
  expect(verdictOf(atMostOneLeader, story)).toBe("unknown");
  expect(reasonOf(atMostOneLeader, story)).toContain("partition (f2) is not proven to have landed: no proof");
});

test("where only the record is observed nothing about leaders ever passes", () => {
  const story = handover(9500, { elector: { observe: "record" } });
  expect(atMostOneLeader.judge(viewOf(story.history()))).toMatchObject({ verdict: "unknown", level: "L0" });
});

test("two processes of one pod do not overlap: the exit precedes the start", () => {
  const story = new Story().starts("a", 0).claims("a", 1000).exits("a", 5000);
  story.starts("a", 4999, 2).claims("a", 5000, undefined, 2).ends(9000);
  expect(verdictOf(atMostOneLeader, story)).toBe("pass");
});

test("a gap of the leader widens its hull: an overlap becomes possible, and is said to be", () => {
  const story = opening({ minimum: { faults: 0 } })
    .gap("a", 6000, 12_000)
    .leads("b", 9500, 13_000)
    .ends(14_000);
  expect(reasonOf(atMostOneLeader, story)).toContain("a gap in a#1's observation of 6.00 s (pipe closed) widened it");
});

test("bounds that contradict each other convict nobody", () => {
  const story = partitioned();
  const claim = story.events.findLastIndex((event) => event.type === "claim");
  story.events[claim] = { ...story.events[claim]!, since: 9600 } as never;
  expect(verdictOf(atMostOneLeader, story)).toBe("unknown");
});

test("one identity for all: the record names whoever wrote it, and the other's belief is unbacked", () => {
  const shared = () => new Story().named("a", "demo").named("b", "demo").starts("a", 0).starts("b", 100);
  const both = shared().leads("a", 1000, 2500).leads("b", 3000, 8000).ends(9000);
  expect(verdictOf(claimBackedByRecord, both)).toBe("fail");
  expect(verdictOf(atMostOneLeader, both)).toBe("fail");
  const one = () => shared().leads("a", 1000, 8000);
  expect(verdictOf(claimBackedByRecord, one().ends(9000))).toBe("pass");
  // A write that changed nothing is told the version that stood, and did not make it.
  const record = { holder: "demo", durationSeconds: 4, acquireTime: null, renewTime: null, transitions: 0 };
  const told = one().calls("b", 500, "update", { status: 409, record }).calls("b", 8050, "patch", { version: "108" });
  expect(verdictOf(claimBackedByRecord, told.ends(9000))).toBe("pass");
});

test("a claim before its acquire was committed is convicted by however little it came too early", () => {
  const story = (claimed: number) => new Story().starts("a", 0).claims("a", claimed).renews("a", 1000, 5000).ends(6000);
  expect(verdictOf(claimBackedByRecord, story(1004))).toBe("pass");
  expect(reasonOf(claimBackedByRecord, story(1001.5))).toContain("before its acquire was committed");
  const never = new Story().starts("a", 0).calls("a", 900, "update", { status: 409 }).claims("a", 1000).ends(2000);
  expect(reasonOf(claimBackedByRecord, never)).toContain("with no committed acquire");
});

test("belief past the record's expiry is convicted", () => {
  const story = (stops: number) =>
    new Story()
      .starts("a", 0)
      .leads("a", 1000, 3000)
      .disclaims("a", stops)
      .ends(stops + 1000);
  expect(verdictOf(claimBackedByRecord, story(6900))).toBe("pass");
  expect(verdictOf(claimBackedByRecord, story(7100))).toBe("fail");
});

test("an un-numbered answer outside every valid record is convicted, one inside is backed", () => {
  const story = (asked: number) =>
    new Story({ elector: { observe: "http" } })
      .starts("a", 0)
      .renews("a", 1000, 3000)
      .answers("a", asked, true)
      .ends(9000);
  expect(verdictOf(claimBackedByRecord, story(6900))).toBe("pass");
  expect(verdictOf(claimBackedByRecord, story(7100))).toBe("fail");
});

test("a replica that leads again begins a new term: p–q–p across a re-election is no interleaving", () => {
  const story = opening({ minimum: { faults: 0 } })
    .acts("a", 1010, 4900)
    .disclaims("a", 5000)
    .leads("b", 9500, 10_500)
    .acts("b", 9510, 10_900)
    .disclaims("b", 11_000)
    .leads("a", 16_000, 18_000)
    .acts("a", 16_010, 18_000);
  expect(verdictOf(atMostOneEffect, story.ends(19_000))).toBe("pass");
});

test("an act in flight for no longer than was measured is no interleaving", () => {
  const story = (last: number) =>
    opening({ minimum: { faults: 0 } })
      .acts("a", 1010, 4900)
      .disclaims("a", 5000)
      .leads("b", 9500, 12_000)
      .acts("b", 9510, 9510)
      .acts("a", last, last)
      .acts("b", 9620, 12_000);
  expect(verdictOf(atMostOneEffect, story(9514).ends(14_000))).toBe("pass");
  expect(verdictOf(atMostOneEffect, story(9530).ends(14_000))).toBe("fail");
  expect(verdictOf(atMostOneEffect, story(9530).stalls("harness", 9505, 9540, 30).ends(14_000))).toBe("pass");
});

test("a token lower than one accepted before is convicted even within the flight; a rejected act is no effect", () => {
  const story = (accepted: boolean) => {
    const told = handover().acts("a", 9512, 9512, 1);
    told.events.push({ ...told.events.pop()!, accepted } as never);
    return told;
  };
  expect(verdictOf(atMostOneEffect, story(true))).toBe("fail");
  expect(verdictOf(atMostOneEffect, story(false))).toBe("pass");
});

test("failover begins at a fault that the leader never renewed after, and ends with the next claim", () => {
  const measured = failover.judge(viewOf(partitioned(6900).history())).measures;
  expect(measured).toEqual({ failoverMs: [4490], leaderlessMs: [2600] });
});

test("after a release the shorter bound holds, also for one that is declared and does not come", () => {
  expect(verdictOf(failover, released(4900, 7100))).toBe("pass");
  expect(verdictOf(failover, released(4900, 7500))).toBe("fail");
  const unreleased = opening({ elector: { release: true } })
    .terminates("a", 4990)
    .fault("evict", "end", "a", 4990, 5500)
    .disclaims("a", 5000)
    .exits("a", 5450)
    .leads("b", 9500, 12_000)
    .ends(14_000);
  expect(verdictOf(failover, unreleased)).toBe("fail");
});

test("a contender that starts later, is cut off, or finds an edited record is given its time", () => {
  const lost = () => new Story().starts("a", 0).leads("a", 1000, 4900).exits("a", 5005, 1);
  const late = lost().starts("b", 5100).calls("b", 8000, "get").leads("b", 16_000, 17_000).ends(18_000);
  expect(verdictOf(failover, late)).toBe("pass");
  const cut = lost().starts("b", 0).calls("b", 100, "get").fault("partition", "cut", "b", 4000, 9000);
  expect(verdictOf(failover, cut.leads("b", 16_000, 17_000).ends(18_000))).toBe("pass");
  const edited = lost().starts("b", 0).calls("b", 100, "get").edits(8000, "intruder").leads("b", 16_000, 17_000);
  expect(verdictOf(failover, edited.ends(18_000))).toBe("pass");
  const idle = lost().starts("b", 0).calls("b", 100, "get").leads("b", 16_000, 17_000).ends(18_000);
  expect(verdictOf(failover, idle)).toBe("fail");
});

test("a contender that stalls past the bound's end waits on once it is awake, and is none where it ends before that", () => {
  // 8.46 s after 5.005 s would be 13.465 s; the stall puts that off to 21.465 s.
  const lost = () =>
    opening().fault("kill", "end", "a", 5000, 5050).exits("a", 5005, null, "SIGKILL").stalls("b", 12_000, 20_000);
  expect(verdictOf(failover, lost().leads("b", 21_400, 24_000).ends(25_000))).toBe("pass");
  expect(verdictOf(failover, lost().leads("b", 21_500, 24_000).ends(25_000))).toBe("fail");
  const replaced = (ended: number) =>
    lost()
      .exits("b", ended, null, "SIGKILL")
      .starts("c", 21_700)
      .calls("c", 21_800, "get")
      .leads("c", 28_000, 30_000)
      .ends(31_000);
  expect(verdictOf(failover, replaced(21_300))).toBe("pass");
  expect(verdictOf(failover, replaced(21_600))).toBe("fail");
});

test("a fault that begins before a stalled contender was awake for its bound gives it its time anew", () => {
  const cut = (from: number) =>
    opening()
      .fault("kill", "end", "a", 5000, 5050)
      .exits("a", 5005, null, "SIGKILL")
      .stalls("b", 12_000, 20_000)
      .fault("partition", "cut", "b", from, 23_000)
      .leads("b", 30_000, 32_000)
      .ends(33_000);
  expect(verdictOf(failover, cut(21_400))).toBe("pass");
  expect(verdictOf(failover, cut(21_600))).toBe("fail");
});

test("a replica that lost and stalls past the bound's end has to contend only once it was awake for it", () => {
  const asleep = (looks: number) => partitioned(6900, 30_000).stalls("a", 20_000, 25_000).calls("a", looks, "get");
  expect(verdictOf(rejoin, asleep(25_400))).toBe("pass");
  expect(verdictOf(rejoin, asleep(25_500))).toBe("fail");
});

test("a watch that was open when a replica lost tells it of the lock, where it is one of the lock", () => {
  const story = (place: { namespace?: string }) => {
    const call = { type: "invoke", at: millis(500), replica: "a", incarnation: 1, call: 900, verb: "watch" } as const;
    return partitioned(6900, 30_000).tell({ ...call, resource: "leases", object: "", ...place });
  };
  expect(verdictOf(rejoin, story({}))).toBe("pass");
  expect(verdictOf(rejoin, story({ namespace: "kube-node-lease" }))).toBe("fail");
});

test("nobody to take over is unknown, not late", () => {
  const story = new Story().starts("a", 0).leads("a", 1000, 4900).exits("a", 5005, 1).ends(30_000);
  expect(reasonOf(failover, story)).toContain("no contender lived");
});

test("replicas that exit at once leave a-leader-emerges unknown, with their exit codes", () => {
  const story = new Story()
    .starts("a", 0)
    .exits("a", 50, 2)
    .starts("a", 1000, 2)
    .exits("a", 1050, 2, null, 2)
    .ends(30_000);
  expect(reasonOf(aLeaderEmerges, story)).toContain("a#1 exited with status 2, a#2 exited with status 2");
});

test("a cut-off contender is not to blame for an interregnum", () => {
  const story = () => new Story().starts("a", 0).calls("a", 100, "get");
  expect(verdictOf(aLeaderEmerges, story().ends(9000))).toBe("fail");
  expect(verdictOf(aLeaderEmerges, story().fault("partition", "cut", "a", 3000, 6000).ends(9000))).toBe("unknown");
});

test("a gap that may hide who led leaves a-leader-emerges unknown, and one too short to matter does not", () => {
  const story = (until: number) =>
    opening({ minimum: { faults: 0 } })
      .exits("a", 5005, 1)
      .gap("b", 5000, until);
  expect(reasonOf(aLeaderEmerges, story(40_000).ends(45_000))).toBe(
    "nobody was seen to lead for 39.99 s from 5.005 s, though b#1 could have: a gap in b#1's observation may hide who did",
  );
  expect(verdictOf(aLeaderEmerges, story(40_000).ends(45_000))).toBe("unknown");
  expect(verdictOf(aLeaderEmerges, story(6000).leads("b", 9500, 13_000).ends(14_000))).toBe("pass");
  const lost = opening({ minimum: { faults: 0 } }, 20_000)
    .gap("a", 6000, 19_000)
    .claims("a", 19_500);
  expect(verdictOf(aLeaderEmerges, lost.ends(21_000))).toBe("unknown");
});

test("stability excuses a fault, a SIGTERM and a rollout, and nothing else", () => {
  const ended = () => new Story().starts("a", 0).leads("a", 1000, 4900).disclaims("a", 5500);
  expect(verdictOf(stability, ended().ends(9000))).toBe("fail");
  expect(verdictOf(stability, ended().fault("flaky", "api", "a", 4000, 5000).ends(9000))).toBe("pass");
  expect(verdictOf(stability, ended().fault("flaky", "api", "b", 4000, 5000).ends(9000))).toBe("fail");
  expect(verdictOf(stability, ended().terminates("a", 5400).ends(9000))).toBe("pass");
  expect(verdictOf(stability, ended().rolls("start", 5000).rolls("complete", 8000).ends(9000))).toBe("pass");
  expect(verdictOf(stability, ended().calls("a", 5300, "update", { status: 503 }).ends(9000))).toBe("unknown");
});

test("a second claim without a disclaim is unpaired, unless a gap may have hidden one", () => {
  const twice = () => new Story().starts("a", 0).claims("a", 1000).claims("a", 3000);
  expect(verdictOf(callbacksPaired, twice().ends(5000))).toBe("fail");
  expect(verdictOf(callbacksPaired, twice().gap("a", 1500, 2000).ends(5000))).toBe("unknown");
});

test("an elector that declares no release and makes none is not judged by it, and nobody passes for it", () => {
  const view = viewOf(handover().history());
  expect(releaseThenQuiet.inapplicable?.(view)).toContain("declares no release");
  const { results, notJudged, verdict } = judge(view, [releaseThenQuiet]);
  expect([results, notJudged.map((each) => each.name), verdict]).toEqual([[], ["release-then-quiet"], "unknown"]);
});

test("an elector that never acts is judged by its statements alone; one that declares fencing owes acts", () => {
  const silent = () => partitioned(6900);
  expect(atMostOneEffect.inapplicable?.(viewOf(silent().history()))).toContain("rests on statements");
  expect(judge(viewOf(silent().history()), [atMostOneLeader, atMostOneEffect]).verdict).toBe("pass");
  const { header, events } = silent().history();
  const fencing = viewOf({ header: { ...header, elector: { ...header.elector, fencing: true } }, events });
  expect(judge(fencing, [atMostOneEffect])).toMatchObject({ verdict: "unknown", notJudged: [] });
});

test("acts of a new term are no acts after a release", () => {
  const story = released(4900).starts("a", 9000, 2).leads("a", 20_000, 21_000, 3, 2).acts("a", 20_010, 21_000, 3, 2);
  expect(verdictOf(releaseThenQuiet, story)).toBe("pass");
});

test("an act that a pause or a stall kept under way over the release was issued before it", () => {
  const story = (last: number, stopped: (told: Story) => Story) =>
    stopped(
      opening({ elector: { release: true }, minimum: { faults: 0 } })
        .acts("a", 1010, 4900)
        .disclaims("a", 5000),
    )
      .writes("a", 5010, "")
      .acts("a", last, last)
      .ends(10_000);
  const pause = (who: string) => (told: Story) => told.fault("pause", "pause", who, 5011, 8000);
  expect(verdictOf(releaseThenQuiet, story(8001, pause("b")))).toBe("fail");
  expect(verdictOf(releaseThenQuiet, story(8001, pause("a")))).toBe("pass");
  expect(verdictOf(releaseThenQuiet, story(8050, pause("a")))).toBe("fail");
  expect(
    verdictOf(
      releaseThenQuiet,
      story(8001, (told) => told.stalls("a", 5011, 8000)),
    ),
  ).toBe("pass");
});

test("a rollout reports the longest time without a leader across it", () => {
  const story = opening({ minimum: { faults: 0 } })
    .rolls("start", 4900)
    .exits("a", 5050)
    .leads("b", 9500, 12_000);
  expect(rollout.judge(viewOf(story.rolls("complete", 9600).ends(14_000).history())).measures).toEqual({
    rolloutLeaderlessMs: [4450],
  });
});

test("a rollout that got stuck under a fault is not put down to the elector", () => {
  const story = opening().fault("partition", "cut", "b", 4800, 13_000).rolls("start", 4900).rolls("stuck", 13_500);
  expect(verdictOf(rollout, story.ends(14_000))).toBe("unknown");
});
