import { expect, test } from "vitest";
import { endpointAgreement } from "../../../harness/checkers/index.ts";
import { judge } from "../../../harness/core/judge.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis, seconds } from "../../../harness/core/time.ts";
import { handover, named, opening } from "./stories.ts";
import { Story } from "./story.ts";

const judged = (story: Story) => endpointAgreement.judge(viewOf(story.history()));
const verdictOf = (story: Story) => judged(story).verdict;

/** The bound is L + 4.4 P + 4 replies of 20 ms: 8.48 s; `b` takes the record over at 9.492 s. */
const bound = 8480;

test("an answer that names the former leader past the bound is convicted, one that lags within it is not", () => {
  expect(verdictOf(named("b", 25_000))).toBe("pass");
  expect(verdictOf(named("a", 9492 + bound))).toBe("pass");
  expect(judged(named("a", 20_000))).toMatchObject({
    verdict: "fail",
    direct: true,
    reason: "b#1 named a at 18.002 s, and the record b; they had disagreed for 8.51 s, the bound is 8.48 s",
  });
});

test("an endpoint that says only whether it leads is held to the record too", () => {
  const story = (leading: boolean) => {
    const told = new Story({ elector: { observe: "http" } }).starts("a", 0).renews("a", 990, 20_000);
    for (let at = 1500; at < 20_000; at += 500) told.answers("a", at, leading);
    return told.ends(20_000);
  };
  expect(verdictOf(story(true))).toBe("pass");
  expect(verdictOf(story(false))).toBe("fail");
});

test("naming nobody agrees with a record that is empty or has expired, and with no other", () => {
  const story = (until: number) => {
    const told = opening({ elector: { observe: "http" } }, until).answers("b", 1500, false, undefined, "a");
    for (let at = 2000; at < 20_000; at += 500) told.answers("b", at, false);
    return told.ends(20_000);
  };
  expect(verdictOf(story(4900))).toBe("pass");
  expect(verdictOf(story(19_000))).toBe("fail");
});

test("an endpoint that follows a restless record at some distance is within the bound though it never agrees", () => {
  const story = () => {
    const told = new Story({ elector: { observe: "http" } }).starts("c", 0);
    for (let at = 1000; at < 30_000; at += 2000)
      told.writes(at % 4000 === 1000 ? "a" : "b", at, at % 4000 === 1000 ? "a" : "b");
    for (let at = 3500; at < 30_000; at += 500)
      told.answers("c", at, false, undefined, (at - 1500) % 4000 < 2000 ? "b" : "a");
    return told.ends(30_000);
  };
  expect(verdictOf(story())).toBe("pass");
});

/** L 2 s, D 1 s, P 0.4 s: the bound is 2 s + 4.4 P + 4 replies of 20 ms, 3.84 s. */
const hasty = { leaseDuration: seconds(2), renewDeadline: seconds(1), retryPeriod: seconds(0.4) };

test("one answer is enough where it names who held nothing for the bound, however seldom it is asked", () => {
  expect(judged(named("a", 30_000, 1010))).toMatchObject({
    verdict: "fail",
    reason: "b#1 named a at 18.162 s, and the record b; they had disagreed for 8.67 s, the bound is 8.48 s",
  });
  expect(verdictOf(named("b", 30_000, 1010))).toBe("pass");
  const once = (asked: number) =>
    opening({ elector: { observe: "http" } }, 20_000)
      .answers("b", 500, false)
      .answers("b", asked, false, undefined, "gone")
      .ends(20_000);
  expect(verdictOf(once(8700))).toBe("pass"); // its first look at the lock was at 300 ms
  expect(verdictOf(once(8900))).toBe("fail");
  expect(verdictOf(once(8900).stalls("b", 4000, 4300))).toBe("unknown");
});

test("a gauge is held to the record also where it is asked less often than P", () => {
  const story = (says: (at: number) => boolean, who = "b") => {
    const told = new Story({ elector: { observe: "http", timing: hasty } }).starts("a", 0).renews("a", 990, 20_000);
    for (let at = 1500; at < 20_000; at += 500) told.answers(who, at, says(at));
    return told.ends(20_000);
  };
  expect(verdictOf(story(() => true))).toBe("fail");
  expect(verdictOf(story(() => false))).toBe("pass");
  expect(verdictOf(story((at) => at < 2000, "a"))).toBe("unknown"); // may have led between any two answers
  expect(judged(story(() => false, "a")).reason).toContain("was asked too seldom");
});

test("nothing that could be judged is no pass", () => {
  const blind = named("a", 30_000).fault("partition", "cut", "b", 1000, 30_000);
  expect(judged(blind)).toMatchObject({
    verdict: "unknown",
    reason:
      "none of 56 answers could be judged: none agreed with the record where the replica could know it, and none came a bound of 8.48 s after it could",
  });
  const one = (name: string) =>
    new Story({ elector: { observe: "http" } }).starts("a", 0).renews("a", 990, 3000).answers("a", 1500, true, 1, name);
  expect(verdictOf(one("gone").ends(4000))).toBe("unknown");
  expect(verdictOf(one("a").ends(4000))).toBe("pass");
});

test("an API that refuses the lock, or fails at anything, blinds; one that forbids something else does not", () => {
  const refused = (status: number, resource: string) => {
    const story = named("a", 20_000);
    for (let at = 2100, call = 500; at < 20_000; at += 500, call += 1)
      story.tell(
        { type: "invoke", at: millis(at), replica: "b", incarnation: 1, call, verb: "list", resource, object: "" },
        { type: "fail", at: millis(at + 2), replica: "b", incarnation: 1, call, status },
      );
    return verdictOf(story);
  };
  expect(refused(403, "pods")).toBe("fail");
  expect(refused(503, "pods")).toBe("pass");
  expect(refused(403, "leases")).toBe("pass");
});

test("a replica goes by its own name and by the identity that it writes", () => {
  const story = (name: string) => {
    const told = new Story({ elector: { observe: "http" } }).named("a", "a_7f3c").starts("a", 0).starts("b", 100);
    told.renews("a", 990, 20_000);
    for (let at = 1500; at < 20_000; at += 500) told.answers("b", at, false, undefined, name);
    return told.ends(20_000);
  };
  expect(verdictOf(story("a"))).toBe("pass");
  expect(verdictOf(story("a_7f3c"))).toBe("pass");
  expect(verdictOf(story("b"))).toBe("fail");
});

test("a leader that steps down may say so while the record still names it, until that expires", () => {
  const story = (renewed: number) => {
    const told = new Story({ elector: { observe: "http" } }).starts("a", 0).renews("a", 990, renewed);
    for (let at = 1500; at < 34_000; at += 500) told.answers("a", at, at < 20_000);
    return told.ends(34_000);
  };
  expect(verdictOf(story(20_000))).toBe("pass");
  expect(verdictOf(story(33_000))).toBe("fail");
});

test("a replica that cannot know the record is not held to it until the bound after it can", () => {
  const stale = (until: number) => named("a", until);
  expect(verdictOf(stale(20_000).fault("partition", "cut", "b", 11_000, 12_000))).toBe("pass");
  expect(verdictOf(stale(21_500).fault("partition", "cut", "b", 11_000, 12_000))).toBe("fail");
  expect(verdictOf(stale(20_000).fault("partition", "cut", "a", 11_000, 12_000))).toBe("fail");
  expect(verdictOf(stale(20_000).fault("record-edited", "record", "a", 11_000, 12_000))).toBe("pass");
  expect(verdictOf(stale(20_000).stalls("b", 11_000, 13_500))).toBe("unknown");
  expect(verdictOf(stale(20_000).terminates("b", 12_000))).toBe("pass");
});

test("an elector without an endpoint is not held to one; one that never answered is unknown", () => {
  const without = viewOf(handover().history());
  expect(endpointAgreement.inapplicable!(without)).toBe("the elector declares no endpoint");
  expect(judge(without, [endpointAgreement])).toMatchObject({ verdict: "unknown", reason: "no property was judged" });
  expect(endpointAgreement.inapplicable!(viewOf(opening({ elector: { observe: "http" } }).history()))).toBeUndefined();
  expect(verdictOf(handover(9500, { elector: { observe: "http" } }))).toBe("unknown");
  const unrecorded = new Story({ elector: { observe: "http" } }).starts("a", 0).answers("a", 1000, true).ends(2000);
  expect(verdictOf(unrecorded)).toBe("unknown");
});
