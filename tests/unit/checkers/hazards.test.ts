import { expect, test } from "vitest";
import { atMostOneEffect, atMostOneLeader, claimBackedByRecord } from "../../../harness/checkers/index.ts";
import type { Verb } from "../../../harness/core/events.ts";
import { millis, seconds } from "../../../harness/core/time.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { opening, partitioned, paused } from "./stories.ts";
import { Story } from "./story.ts";

const judged = (story: Story, property = atMostOneLeader) => property.judge(viewOf(story.history()));
const outcome = (story: Story, property = atMostOneLeader) => {
  const { verdict, witnesses, hazards } = judged(story, property);
  return [verdict, witnesses.length, hazards.map(({ cause }) => cause)];
};

test("an overlap within D + P of a long pause of the older leader is a hazard, and the trial may pass", () => {
  expect(outcome(paused())).toEqual(["pass", 0, ["pause of a for 5.50 s"]]);
  const { hazards, measures } = judged(paused());
  expect(hazards[0]!.overlap).toEqual({ least: 1198, most: 1202 });
  expect(measures).toEqual({ overlapInHazardMs: [1198] });
  expect(outcome(paused(), claimBackedByRecord)).toEqual(["pass", 0, ["pause of a for 5.50 s"]]);
});

test("a woken leader that takes the record back is no sleeper: the pause excuses it no longer", () => {
  const story = opening().fault("pause", "pause", "a", 5000, 10_500).leads("b", 9500, 13_000, 2);
  expect(outcome(story.renews("a", 10_600, 11_000).disclaims("a", 11_500).ends(14_000)).slice(0, 2)).toEqual([
    "fail",
    1,
  ]);
});

test("the same overlap without a cause, under a partition, is a violation with its evidence", () => {
  const { verdict, witnesses, hazards } = judged(partitioned(10_700));
  expect([verdict, hazards]).toEqual(["fail", []]);
  expect(witnesses[0]).toMatchObject({ incarnations: ["a#1", "b#1"], overlap: { least: 1198, most: 1202 } });
  expect(witnesses[0]!.evidence.map(({ text }) => text)).toEqual([
    "a#1 said that it leads with token 1, between 0.998 s and 1.000 s",
    "the record last named a in version 104, committed at 3.992 s, valid for 4.00 s",
    "fault partition (f1) on a from 5.000 s to 12.000 s",
    "the record last named b in version 105, committed at 9.492 s, valid for 4.00 s",
    "b#1 said that it leads with token 2, between 9.498 s and 9.500 s",
    "a#1 said that it no longer leads, between 10.698 s and 10.700 s",
  ]);
});

test("an overlap that outlasts D + P after the pause is a violation", () => {
  expect(outcome(paused(10_500, 13_400))[2]).toEqual(["pause of a for 5.50 s"]);
  expect(outcome(paused(10_500, 13_600)).slice(0, 2)).toEqual(["fail", 1]);
});

test("a pause shorter than the margin is no excuse, a longer one is", () => {
  const story = (until: number) =>
    opening().fault("pause", "pause", "a", 5000, until).leads("b", 8100, 12_000).disclaims("a", 8200).ends(13_000);
  expect(outcome(story(5900)).slice(0, 2)).toEqual(["fail", 1]);
  expect(outcome(story(6100)).slice(0, 2)).toEqual(["pass", 0]);
});

test("a pause of the rival is no excuse", () => {
  const story = opening().fault("pause", "pause", "b", 5000, 9400).leads("b", 9500, 13_000).disclaims("a", 10_700);
  expect(outcome(story.ends(14_000)).slice(0, 2)).toEqual(["fail", 1]);
});

test("stalls of the older leader and of the harness count like pauses, those of the rival do not", () => {
  const story = (who: string) =>
    opening({ minimum: { faults: 0 } })
      .stalls(who, 6900, 8100)
      .leads("b", 8100, 12_000)
      .disclaims("a", 9000)
      .ends(13_000);
  expect(outcome(story("a"))).toEqual(["pass", 0, ["stalls of a#1 of 1.20 s in all"]]);
  expect(outcome(story("harness"))).toEqual(["pass", 0, ["stalls of the harness of 1.20 s in all"]]);
  expect(outcome(story("b")).slice(0, 2)).toEqual(["fail", 1]);
});

/** A call of the replica that has nothing to do with the lock, unless it writes one. */
function calling(story: Story, replica: string, at: number, verb: Verb, resource: string): Story {
  const who = { replica, incarnation: 1, call: 1000 + at } as const;
  return story.tell(
    { type: "invoke", at: millis(at), ...who, verb, resource, object: "" },
    { type: "ok", at: millis(at + 3), ...who, status: 200 },
  );
}

test("no stall, pause or clock excuses who never had a lease: there was nothing to notice", () => {
  /** Two that both work, as managers do whose election is off: they look at pods, and at no lock. */
  const alone = (verb: Verb = "list", resource = "pods"): Story => {
    const story = new Story({ minimum: { terms: 2, takeovers: 1 } }).starts("a", 0).starts("b", 100);
    calling(calling(story, "a", 500, verb, resource), "b", 600, verb, resource);
    return story.claims("a", 1000).acts("a", 1000, 8500).claims("b", 6000).acts("b", 6000, 12_000).disclaims("a", 8500);
  };
  const disturbances: readonly ((story: Story) => Story)[] = [
    (story) => story,
    (story) => story.stalls("harness", 3000, 5900),
    (story) => story.stalls("a", 3000, 5900),
    (story) => story.fault("pause", "pause", "a", 3000, 5900),
    (story) => story.fault("clock-skew", "clock", "a", 3000, 9000),
  ];
  for (const disturb of disturbances)
    for (const property of [atMostOneLeader, atMostOneEffect, claimBackedByRecord])
      expect(outcome(disturb(alone()).ends(13_000), property)).toEqual(["fail", expect.any(Number), []]);

  // One works without a lease beside one that has it.
  const beside = opening({ minimum: { faults: 0 } }, 9900).stalls("a", 4100, 5900);
  expect(outcome(calling(beside, "c", 600, "list", "pods").claims("c", 6000).ends(9000))[0]).toBe("fail");

  // Who wrote a lock, or of whom not all was seen, may have had a lease.
  for (const story of [
    alone("create", "leases"),
    alone("update", "configmaps"),
    alone().gap("a", 100, 900).gap("b", 100, 900),
  ])
    expect(outcome(story.stalls("harness", 3000, 5900).ends(13_000), atMostOneEffect)[0]).toBe("pass");
});

test("a reply that came later than the margin after its commit is a cause", () => {
  const story = (late: number) =>
    opening({ minimum: { faults: 0 } }, 3000)
      .writes("a", 4000, "a", "update", late)
      .leads("b", 8100, 12_000)
      .disclaims("a", 8500)
      .ends(13_000);
  expect(outcome(story(1500))).toEqual(["pass", 0, ["a reply to a#1 that came 1.50 s after its commit"]]);
  expect(outcome(story(500)).slice(0, 2)).toEqual(["fail", 1]);
});

test("a record that the harness deleted excuses for D + P, and no longer", () => {
  const story = (stops: number) =>
    opening({ minimum: { faults: 0 } })
      .edits(5000)
      .leads("b", 6000, 12_000)
      .disclaims("a", stops)
      .ends(13_000);
  expect(outcome(story(7900))).toEqual(["pass", 0, ["fault f-record changed the record"]]);
  expect(outcome(story(8200)).slice(0, 2)).toEqual(["fail", 1]);
});

test("a clock fault on either side is a cause of any length", () => {
  const story = (who: string) =>
    opening().fault("clock-skew", "clock", who, 4000, 8000).leads("b", 6000, 12_000).disclaims("a", 7000).ends(13_000);
  expect(outcome(story("a"))[0]).toBe("pass");
  expect(outcome(story("b"))[0]).toBe("pass");
  expect(outcome(story("c"))[0]).toBe("fail");
});

test("a woken leader's late act with an old token is a hazard, but not for an elector that declares fencing", () => {
  const acted = (fencing: boolean) =>
    opening({ elector: { fencing } })
      .fault("pause", "pause", "a", 5000, 10_500)
      .leads("b", 9500, 13_000, 2)
      .disclaims("a", 10_700)
      .acts("a", 1010, 4900, 1)
      .acts("b", 9510, 10_500, 2)
      .acts("a", 10_510, 10_510, 1)
      .ends(14_000);
  expect(outcome(acted(false), atMostOneEffect)).toEqual(["pass", 0, ["pause of a for 5.50 s"]]);
  expect(outcome(acted(true), atMostOneEffect)).toEqual(["fail", 1, []]);
});

test("an elector that declares no deadline counts L for it, so that any measured cause breaks its promise", () => {
  const timing = { leaseDuration: seconds(4), retryPeriod: seconds(1) };
  const story = (until: number) =>
    opening({ elector: { timing }, minimum: { faults: 0 } })
      .fault("pause", "pause", "a", 5000, until)
      .leads("b", 8100, 12_000)
      .disclaims("a", 8200)
      .ends(13_000);
  expect(outcome(story(5300))[0]).toBe("pass");
  expect(outcome(opening({ elector: { timing } }).leads("b", 8100, 12_000).disclaims("a", 8200).ends(13_000))[0]).toBe(
    "fail",
  );
});

test("work in the middle of another's is as long as it lasted itself, and was seen however short", () => {
  const story = (until: number) =>
    opening().leads("a", 1000, 9000).acts("a", 1000, 9000).acts("b", 5000, until).ends(10_000);
  const { verdict, witnesses } = judged(story(6000), atMostOneEffect);
  expect(verdict).toBe("fail");
  expect(witnesses[0]).toMatchObject({ incarnations: ["a#1", "b#1"], overlap: { least: 999, most: 1001 } });
  expect(witnesses[0]!.summary).toContain("b#1 acted for");
  expect(outcome(story(5000), atMostOneEffect).slice(0, 2)).toEqual(["fail", 1]);
});

test("a hazard excuses what is certain, and a longer overlap that may have been beside it stays in doubt", () => {
  const story = opening().fault("pause", "pause", "a", 5000, 10_500).leads("b", 9500, 39_000, 2);
  expect(outcome(story.gap("a", 10_700, 30_000).exits("a", 30_010).ends(40_000))).toEqual([
    "unknown",
    0,
    ["pause of a for 5.50 s"],
  ]);
});

test("how wide the end of a belief was seen lengthens no hazard window: what is certain ended before", () => {
  const story = opening().fault("pause", "pause", "a", 5000, 10_500).gap("a", 20_000, 30_000).exits("a", 30_010);
  expect(outcome(story.ends(40_000), claimBackedByRecord).slice(0, 2)).toEqual(["fail", 1]);
});

test("a machine that stood still held up the leader and the harness once, not twice", () => {
  const story = (...who: readonly string[]) => {
    const told = opening({ minimum: { faults: 0 } });
    for (const each of who) told.stalls(each, 6900, 7500);
    return told.leads("b", 8100, 12_000).disclaims("a", 9000).ends(13_000);
  };
  expect(outcome(story("a", "harness")).slice(0, 2)).toEqual(["fail", 1]);
  const twice = opening({ minimum: { faults: 0 } })
    .stalls("a", 6300, 6900)
    .stalls("harness", 6900, 7500);
  expect(outcome(twice.leads("b", 8100, 12_000).disclaims("a", 9000).ends(13_000)).slice(0, 2)).toEqual(["pass", 0]);
});

test("tokens that a reset of the record has left without an order are judged as work without tokens is", () => {
  const deleted = (token: number) =>
    opening()
      .fault("record-delete", "record", "a", 4999, 5002, 5001)
      .edits(5000)
      .disclaims("a", 5150)
      .acts("a", 1010, 20_000, token)
      .leads("b", 6000, 20_000, 0)
      .acts("b", 6010, 20_000, 0)
      .ends(20_500);
  for (const token of [5, 0]) expect(outcome(deleted(token), atMostOneEffect).slice(0, 2)).toEqual(["fail", 1]);
});

test("a record that the harness edited goes on counting where its transitions do", () => {
  const story = opening({}, 4900).fault("record-edit", "record", "a", 4949, 4952, 4951).edits(4950, "a");
  story.disclaims("a", 5100).acts("a", 1010, 20_000, 1).leads("b", 9500, 20_000, 2).acts("b", 9510, 20_000, 2);
  const { verdict, reason } = judged(story.ends(20_500), atMostOneEffect);
  expect([verdict, reason]).toEqual(["fail", expect.stringContaining("with the lower token 1")]);
});

test("who declares fencing sends a token with every act: one without is excused by no hazard", () => {
  const story = (fencing: boolean, token?: number) =>
    opening({ elector: { fencing } })
      .fault("pause", "pause", "a", 5000, 10_500)
      .leads("b", 9500, 13_000, 2)
      .disclaims("a", 10_700)
      .acts("a", 1010, 4900, token)
      .acts("b", 9510, 12_900, token && 2)
      .acts("a", 10_510, 10_690)
      .ends(14_000);
  expect([story(true), story(true, 1), story(false)].map((each) => outcome(each, atMostOneEffect)[0])).toEqual([
    "fail",
    "fail",
    "pass",
  ]);
});

test("a stall after work that overlapped excuses it not", () => {
  const story = (stalled: number) =>
    opening({ minimum: { faults: 0 } })
      .acts("a", 1010, 9900)
      .leads("b", 9500, 20_000)
      .acts("b", 9510, 20_000)
      .acts("a", 13_900, 13_900)
      .stalls("a", stalled, stalled + 4600)
      .ends(20_500);
  expect([story(9300), story(9950)].map((each) => outcome(each, atMostOneEffect)[0])).toEqual(["pass", "fail"]);
});
