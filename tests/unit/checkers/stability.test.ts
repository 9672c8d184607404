import { expect, test } from "vitest";
import { stability } from "../../../harness/checkers/index.ts";
import type { FaultEffect } from "../../../harness/core/events.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { Story } from "./story.ts";

const judged = (story: Story) => stability.judge(viewOf(story.ends(15_000).history()));
const verdictOf = (story: Story) => judged(story).verdict;

/** `a` renews last at 4.99 s, meets errors from 5.98 s on, and stops at `stops`; D is 2 s, P 1 s. */
const hasty = (stops: number, status = 503, effect: FaultEffect = "api"): Story =>
  new Story()
    .starts("a", 0)
    .leads("a", 1000, 5000)
    .calls("a", 5980, "update", { status, fault: "f1" })
    .calls("a", 5985, "get", { status, fault: "f1" })
    .fault("status", effect, "a", 5500, 7500)
    .disclaims("a", stops);

test("a leader that stops at an error while it has the time to try again is told so", () => {
  expect(judged(hasty(6000))).toMatchObject({
    verdict: "fail",
    reason: expect.stringContaining("though it had the time to try again"),
  });
});

test("one that tried until its deadline was near is excused by the fault", () => {
  expect(verdictOf(hasty(6600))).toBe("pass");
  expect(verdictOf(hasty(7000))).toBe("pass");
});

test("an answer that may mean a lost term is no error of a moment", () => {
  for (const status of [401, 403, 404, 409]) expect([status, verdictOf(hasty(6000, status))]).toEqual([status, "pass"]);
});

test("another's record, or a record gone, ends a term by right", () => {
  const robbed = new Story().starts("a", 0).starts("b", 0).leads("a", 1000, 5000).writes("b", 5500, "b");
  robbed.calls("a", 5980, "get", {
    record: { holder: "b", durationSeconds: 4, acquireTime: null, renewTime: null, transitions: 1 },
  });
  expect(verdictOf(robbed.fault("status", "api", "a", 5200, 7500).disclaims("a", 6000))).toBe("pass");
});

test("whoever was cut off, frozen or delayed as well may have lost its time", () => {
  for (const effect of ["cut", "pause", "delay", "clock", "stamps", "record", "end"] as const)
    expect([effect, verdictOf(hasty(6000, 503, effect))]).toEqual([effect, "pass"]);
});

test("a stall between the decision to renew and the gate moves the deadline with it", () => {
  expect(verdictOf(hasty(6000).stalls("a", 4300, 4985))).toBe("pass");
  expect(verdictOf(hasty(6000).stalls("harness", 4300, 4985))).toBe("pass");
  expect(verdictOf(hasty(6000).stalls("a", 5100, 5900))).toBe("fail");
});

test("a stall may be why a term ended that no error touched, and leaves it unknown", () => {
  const stalled = new Story().starts("a", 0).leads("a", 1000, 5000).stalls("a", 5100, 6900).disclaims("a", 7000);
  expect(verdictOf(stalled)).toBe("unknown");
});
