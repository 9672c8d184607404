import { expect, test } from "vitest";
import { aLeaderEmerges, failover, rollout, stability, stepDown } from "../../../harness/checkers/index.ts";
import type { Property } from "../../../harness/core/property.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis } from "../../../harness/core/time.ts";
import { opening } from "./stories.ts";
import { Story } from "./story.ts";

const verdict = (story: Story, property: Property) => property.judge(viewOf(story.history())).verdict;

/** A call that the API keeps from `at` until its author gives it up, or with `status` until it answers. */
const kept = (
  story: Story,
  replica: string,
  at: number,
  until: number,
  status?: number,
  resource = "leases",
): Story => {
  const who = { replica, incarnation: 1, call: 900 + story.events.length };
  const object = resource === "leases" ? "demo" : "other";
  return story.tell(
    { type: "invoke", at: millis(at), ...who, verb: "get", resource, object },
    status === undefined
      ? { type: "info", at: millis(until), ...who, status: 0 }
      : { type: "ok", at: millis(until), ...who, status },
  );
};

const killed = (): Story => opening().fault("kill", "end", "a", 5000, 5050).exits("a", 5005, null, "SIGKILL");
const refused = (story: Story): Story => {
  for (let at = 5500; at < 15_000; at += 1000) story.calls("b", at, "get", { status: 503 });
  return story;
};
const hung = (story: Story): Story => {
  for (let at = 5500; at < 15_000; at += 2100) kept(story, "b", at, at + 2000);
  return story;
};
const late = (story: Story): Story => story.leads("b", 15_500, 18_000, 2).ends(19_000);

test("a successor is late only from when the API served it: what the API refused or kept by itself is not held against it", () => {
  expect([failover, aLeaderEmerges].map((property) => verdict(late(killed()), property))).toEqual(["fail", "fail"]);
  for (const trouble of [refused, hung])
    expect([failover, aLeaderEmerges].map((property) => verdict(late(trouble(killed())), property))).toEqual([
      "pass",
      "pass",
    ]);
  // what it asks of anything else is no matter of the election
  const elsewhere = killed();
  for (let at = 5500; at < 15_000; at += 2100) kept(elsewhere, "b", at, at + 2000, undefined, "nodes");
  expect(verdict(late(elsewhere), failover)).toBe("fail");
  // who gives up early excuses itself by nothing
  const hasty = killed();
  for (let at = 5500; at < 15_000; at += 1000) kept(hasty, "b", at, at + 600);
  expect(verdict(late(hasty), failover)).toBe("fail");
});

test("nor is a release that the API refused, nor a rollout that got stuck meanwhile", () => {
  const evicted = (status: number) =>
    opening({ elector: { release: true } })
      .terminates("a", 4990)
      .fault("evict", "end", "a", 4990, 5600)
      .disclaims("a", 5000)
      .calls("a", 5010, "update", { status })
      .calls("a", 5400, "update", { status })
      .exits("a", 5550)
      .leads("b", 9500, 12_000, 2)
      .ends(14_000);
  expect([503, 409].map((status) => verdict(evicted(status), failover))).toEqual(["pass", "fail"]);
  const stuck = (story: Story) =>
    story.rolls("start", 4950).rolls("stuck", 16_000, "1 of 1 updated, 0 ready").ends(20_500);
  const leading = () => opening({ minimum: { terms: 1, takeovers: 0, faults: 0 } }, 20_000);
  expect([stuck(leading()), stuck(refused(leading()))].map((story) => verdict(story, rollout))).toEqual([
    "fail",
    "unknown",
  ]);
});

test("a leader that gives up because the API kept its renewal is not unstable", () => {
  const gaveUp = (until: number) => kept(new Story().starts("a", 0).leads("a", 1000, 4900), "a", 5000, until);
  const story = gaveUp(6950).disclaims("a", 6990).ends(12_000);
  const result = stability.judge(viewOf(story.history()));
  expect([result.verdict, result.reason]).toEqual(["unknown", expect.stringContaining("kept its get of 5.000 s")]);
  expect(verdict(gaveUp(5600).disclaims("a", 6990).ends(12_000), stability)).toBe("fail");
});

test("what a fault held back widens no bound", () => {
  const held = kept(opening({}, 9900).fault("etcd-pause", "cut", "b", 1900, 9000), "b", 2000, 9010, 200);
  const story = held.fault("kill", "end", "a", 12_000, 12_050).exits("a", 12_005, null, "SIGKILL");
  expect(verdict(story.leads("b", 38_000, 40_000, 2).ends(42_000), failover)).toBe("fail");
  const cut = kept(opening().fault("etcd-pause", "cut", "b", 1500, 10_000), "b", 1500, 10_010, 200);
  const believing = cut.fault("partition", "cut", "a", 5000, 40_000).leads("b", 9500, 38_000, 2);
  expect(verdict(believing.disclaims("a", 14_900).ends(42_000), stepDown)).toBe("fail");
});
