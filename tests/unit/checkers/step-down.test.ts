import { expect, test } from "vitest";
import { stepDown } from "../../../harness/checkers/index.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis, seconds } from "../../../harness/core/time.ts";
import { handover, opening, partitioned } from "./stories.ts";
import { Story } from "./story.ts";

const judged = (story: Story) => stepDown.judge(viewOf(story.history()));
const verdictOf = (story: Story) => judged(story).verdict;

/** `a`'s last renewal is answered at 3.993 s: with D 2 s, P 1 s, ε 1 ms and 50 ms for a reply it must stop by 7.044 s. */
const late = 7047;

test("a leader that is cut off and leads on past D + P is convicted, whether it stops at last or never", () => {
  expect(verdictOf(partitioned(7043))).toBe("pass");
  expect(verdictOf(partitioned(7045))).toBe("unknown"); // between 7.043 s and 7.045 s
  expect(judged(partitioned(late))).toMatchObject({
    verdict: "fail",
    reason: "a#1 led on for 3.05 s after its last renewal that succeeded; it had to stop within 3.05 s",
  });
  expect(verdictOf(partitioned())).toBe("fail");
});

test("a leader that renews again too late has led on unrenewed all the same", () => {
  const story = (again: number) =>
    opening().fault("partition", "cut", "a", 4500, again).renews("a", again, 12_000).ends(13_000);
  expect(verdictOf(story(7100))).toBe("fail");
  expect(verdictOf(story(6900))).toBe("unknown"); // it was not kept from renewing for long enough
});

test("failing writes keep it from renewing as a fault does; where nothing did, it is not judged", () => {
  const story = (status: number) =>
    opening({ minimum: { faults: 0 } })
      .calls("a", 5000, "update", { status })
      .calls("a", 6000, "update", { status })
      .disclaims("a", 9000)
      .ends(14_000);
  expect(verdictOf(story(503))).toBe("fail");
  expect(judged(opening().disclaims("a", 9000).ends(14_000))).toMatchObject({
    verdict: "unknown",
    reason: "a#1 led on past 7.044 s without renewing, though nothing was seen to hinder it",
  });
});

test("a new term is not measured from the last renewal of the one before, though its claim is noted before a reply", () => {
  const again = (reply: number) =>
    partitioned(6900, 30_000)
      .exits("b", 13_500)
      .writes("a", 20_000, "a", "update", reply)
      .claims("a", 20_010)
      .renews("a", 21_000, 29_500);
  expect(verdictOf(again(1))).toBe("pass");
  expect(verdictOf(again(50))).toBe("pass");
});

test("pauses and stalls, its own and the harness's, put the deadline off by as much", () => {
  const stops = 8500;
  expect(verdictOf(partitioned(stops).fault("pause", "pause", "a", 5500, 7100))).toBe("pass");
  expect(verdictOf(partitioned(stops).fault("pause", "pause", "a", 5500, 6500))).toBe("fail");
  expect(verdictOf(partitioned(stops).fault("pause", "pause", "b", 5500, 7100))).toBe("fail");
  expect(verdictOf(partitioned(stops).stalls("a", 5500, 7100))).toBe("pass");
  expect(verdictOf(partitioned(stops).stalls("harness", 5500, 7100))).toBe("pass");
  expect(verdictOf(partitioned(stops).stalls("b", 5500, 7100))).toBe("fail");
  // What came after the deadline had passed excuses nothing.
  expect(verdictOf(partitioned(stops).stalls("a", 7100, 8400))).toBe("fail");
});

test("a skewed clock makes it a hazard", () => {
  expect(judged(partitioned(late).fault("clock-skew", "clock", "a", 4000, 6000)).hazards).toMatchObject([
    { cause: "clock-skew of a" },
  ]);
});

test("an exit ends belief in time, a kill proves nothing of stepping down", () => {
  const cut = () => opening().fault("partition", "cut", "a", 5000, 12_000);
  expect(verdictOf(cut().exits("a", 6900, 1).ends(14_000))).toBe("pass");
  expect(verdictOf(cut().exits("a", 7200, 1).ends(14_000))).toBe("fail");
  const killed = cut().fault("kill", "end", "a", 6000, 6100).exits("a", 6050, null, "SIGKILL").ends(14_000);
  expect(verdictOf(killed)).toBe("unknown");
  expect(verdictOf(handover())).toBe("unknown");
});

test("a renewal whose answer was lost counts once its author reads that it was committed", () => {
  const story = (read?: number) => {
    const told = opening().writes("a", 4990, "a");
    const answer = told.events.findLastIndex((event) => event.type === "ok");
    told.events[answer] = { ...told.events[answer]!, type: "info", status: 0 } as never;
    if (read !== undefined) told.calls("a", read, "get", { version: "105" });
    return told.fault("partition", "cut", "a", 5400, 12_000).disclaims("a", 7900).ends(14_000);
  };
  expect(verdictOf(story())).toBe("fail");
  expect(verdictOf(story(5100))).toBe("pass");
  // To read the same again renews nothing.
  expect(verdictOf(story(5000).calls("a", 7000, "get", { version: "105" }))).toBe("pass");
  const again = story(4995).calls("a", 7000, "get", { version: "105" });
  const stop = again.events.findLast((event) => event.type === "disclaim")!;
  again.events[again.events.indexOf(stop)] = { ...stop, since: millis(8100), at: millis(8101) } as never;
  expect(verdictOf(again)).toBe("fail");
});

test("an elector without a deadline is not held to any; one whose record lasts longer has longer timings", () => {
  const timing = { leaseDuration: seconds(4), retryPeriod: seconds(1) };
  const free = opening({ elector: { timing } }).fault("partition", "cut", "a", 5000, 12_000).ends(14_000);
  expect(stepDown.inapplicable!(viewOf(free.history()))).toBe("the elector declares no renewDeadline");
  expect(stepDown.inapplicable!(viewOf(opening().history()))).toBeUndefined();
  expect(judged(free).verdict).toBe("unknown");
  const longer = (durationSeconds: number) =>
    opening()
      .writes("a", 4990, "a", "update", undefined, 1, { durationSeconds })
      .fault("partition", "cut", "a", 5400, 20_000)
      .disclaims("a", 12_000)
      .ends(22_000);
  expect(verdictOf(longer(4))).toBe("fail");
  expect(verdictOf(longer(12))).toBe("pass");
});

test("a polled endpoint that stops saying so in time is a leader that stopped, however often it renewed before", () => {
  const told = new Story({ elector: { observe: "http" } }).starts("a", 0).renews("a", 990, 4900);
  for (let asked = 1000; asked < 12_000; asked += 100) told.answers("a", asked, asked < 6900);
  expect(verdictOf(told.fault("partition", "cut", "a", 5000, 12_000).ends(14_000))).toBe("pass");
});

test("where only the record is observed, or no gate saw a call, nothing is known", () => {
  expect(verdictOf(opening({ elector: { observe: "record" } }).ends(9000))).toBe("unknown");
  const blind = partitioned();
  const kept = blind.events.filter(({ type }) => type !== "invoke" && type !== "ok");
  expect(stepDown.judge(viewOf({ header: blind.header, events: kept })).verdict).toBe("unknown");
});
