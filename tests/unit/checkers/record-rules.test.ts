import { describe, expect, test } from "vitest";
import {
  conditionalWrites,
  foreignRecord,
  noEarlyTakeover,
  recordWellFormed,
} from "../../../harness/checkers/index.ts";
import { stampOf } from "../../../harness/core/rfc3339.ts";
import type { Property } from "../../../harness/core/property.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { millis, seconds } from "../../../harness/core/time.ts";
import { handover, opening, partitioned, released, taking, writing } from "./stories.ts";
import { Story } from "./story.ts";

const judged = (property: Property, story: Story) => property.judge(viewOf(story.history()));
const verdictOf = (property: Property, story: Story) => judged(property, story).verdict;
const reasonOf = (property: Property, story: Story) => judged(property, story).reason;

const recordOf = (holder: string) => ({
  holder,
  durationSeconds: 4,
  acquireTime: null,
  renewTime: null,
  transitions: 0,
});

/** Changes what the last invocation, or the last answer, of a story says. */
const edited = (story: Story, type: "invoke" | "ok", change: Record<string, unknown>): Story => {
  const at = story.events.findLastIndex((event) => event.type === type);
  story.events[at] = { ...story.events[at]!, ...change } as never;
  return story;
};

describe("conditional-writes", () => {
  test("a takeover by a patch or a put without a version is convicted as the deed itself", () => {
    expect(judged(conditionalWrites, taking({ precondition: null }, "patch"))).toMatchObject({
      verdict: "fail",
      reason: "b#1 passed the record from a to b by a patch without a resourceVersion",
    });
    expect(verdictOf(conditionalWrites, taking({ precondition: null }))).toBe("fail");
    expect(verdictOf(conditionalWrites, taking({}, "patch"))).toBe("pass");
  });

  test("a renewal that keeps the holder, and a record that the harness edited, need no version", () => {
    expect(verdictOf(conditionalWrites, writing({ precondition: null }))).toBe("pass");
    expect(verdictOf(conditionalWrites, opening().edits(5000, "intruder").ends(6000))).toBe("pass");
  });

  test("a release without a version is a change of the holder", () => {
    expect(verdictOf(conditionalWrites, writing({ precondition: null }, ""))).toBe("fail");
    expect(verdictOf(conditionalWrites, writing({}, ""))).toBe("pass");
  });

  test("a change whose author no gate saw, or on a version never read, is unknown", () => {
    const unseen = handover();
    const gone = unseen.events.findIndex((event) => event.type === "invoke" && event.replica === "b" && event.record);
    unseen.events.splice(gone, 2);
    expect(reasonOf(conditionalWrites, unseen)).toBe("1 change of the holder could not be followed at the gates");
    const guessed = new Story()
      .starts("a", 0)
      .calls("a", 100, "get", { version: "7" })
      .writes("a", 990, "a")
      .writes("a", 1500, "");
    expect(verdictOf(conditionalWrites, guessed.ends(2000))).toBe("pass");
    expect(reasonOf(conditionalWrites, edited(guessed, "invoke", { version: "9" }))).toContain(
      "on version 9, which it was never seen to read",
    );
  });

  test("a write whose reply was never told is known by the record that it carries", () => {
    const story = new Story().starts("a", 0).calls("a", 100, "get").writes("a", 990, "a").writes("a", 1500, "");
    const open = story.events.findLastIndex((event) => event.type === "ok");
    story.events.splice(open, 1);
    expect(verdictOf(conditionalWrites, story.ends(1504))).toBe("pass");
  });
});

describe("foreign-record", () => {
  const cleared = (at: number) => opening().writes("b", at, "").ends(12_000);

  test("clearing another's record is convicted while it is good, and not once it has expired", () => {
    expect(judged(foreignRecord, cleared(5000))).toMatchObject({
      verdict: "fail",
      reason: "b#1 cleared the record of a, which was good for 2.99 s more",
    });
    expect(verdictOf(foreignRecord, cleared(7980))).toBe("fail");
    expect(verdictOf(foreignRecord, cleared(8000))).toBe("pass");
  });

  test("below a retryPeriod of 1 s a record may be taken for expired one second early", () => {
    const timing = { leaseDuration: seconds(4), renewDeadline: seconds(2), retryPeriod: seconds(0.5) };
    const story = (at: number) => opening({ elector: { timing } }).writes("b", at, "").ends(12_000);
    expect(verdictOf(foreignRecord, story(6900))).toBe("fail");
    expect(verdictOf(foreignRecord, story(7100))).toBe("pass");
  });

  test("deleting it, and renewing it in the other's name, are the same sin", () => {
    const renewed = opening().calls("b", 4950, "update", { status: 409, record: recordOf("b") });
    expect(reasonOf(foreignRecord, renewed.writes("b", 5000, "a").ends(6000))).toContain("b#1 renewed the record of a");
    const deleted = opening().calls("b", 5000, "delete", { version: "104" });
    deleted.tell({
      type: "record",
      since: millis(5002),
      at: millis(5002),
      version: "999",
      object: "demo",
      record: null,
    });
    expect(reasonOf(foreignRecord, deleted.ends(6000))).toContain("b#1 deleted the record of a");
  });

  test("its own release, a takeover, and an identity that all share are nobody's foreign record", () => {
    expect(verdictOf(foreignRecord, released(4950))).toBe("pass");
    expect(verdictOf(foreignRecord, handover())).toBe("pass");
    const shared = new Story().named("a", "demo").named("b", "demo").starts("a", 0).starts("b", 100);
    const both = shared.leads("a", 1000, 2500).renews("b", 2600, 3000).writes("b", 3500, "").ends(9000);
    expect(verdictOf(foreignRecord, both)).toBe("pass");
  });

  test("who is told a version that another made has not made it: a write that changes nothing, a delete", () => {
    const idle = opening().calls("b", 4930, "update", { status: 409, record: recordOf("b") });
    expect(verdictOf(foreignRecord, idle.calls("b", 4950, "patch", { version: "104" }).ends(6000))).toBe("pass");
    const removed = idle.calls("a", 8500, "delete", { version: "104" });
    removed.tell({
      type: "record",
      since: millis(8502),
      at: millis(8502),
      version: "106",
      object: "demo",
      record: null,
    });
    expect(verdictOf(foreignRecord, removed)).toBe("pass");
  });

  test("a skewed clock makes it a hazard", () => {
    const story = cleared(5000).fault("clock-skew", "clock", "b", 4000, 6000);
    expect(judged(foreignRecord, story)).toMatchObject({ verdict: "pass", hazards: [{ cause: "clock-skew of b" }] });
  });
});

describe("record-well-formed", () => {
  test.each([
    ["transitions counted at a renewal", { transitions: 1 }, "a", "renewed the record and left transitions 1 after 0"],
    ["transitions dropped at a release", { transitions: 3 }, "", "gave up the record and left transitions 3 after 0"],
    ["no duration", { durationSeconds: null }, "a", "with the duration left out"],
    ["a duration of 0", { durationSeconds: 0 }, "a", "with the duration 0"],
    [
      "another acquireTime",
      { acquireTime: "1970-01-01T00:00:05.000000Z" },
      "a",
      "with acquireTime 1970-01-01T00:00:05",
    ],
    [
      "a renewTime that goes back",
      { renewTime: "1970-01-01T00:00:01.000000Z" },
      "a",
      "before the 1970-01-01T00:00:03.99",
    ],
    ["no renewTime", { renewTime: null }, "a", "with renewTime left out"],
  ])("%s is convicted", (_, changes, holder, text) => {
    expect(judged(recordWellFormed, writing(changes, holder))).toMatchObject({ verdict: "fail" });
    expect(reasonOf(recordWellFormed, writing(changes, holder))).toContain(text);
  });

  test("a takeover adds one transition, a retaking of a released record too", () => {
    expect(verdictOf(recordWellFormed, handover())).toBe("pass");
    expect(verdictOf(recordWellFormed, released(4950))).toBe("pass");
    expect(reasonOf(recordWellFormed, taking({ transitions: 0 }))).toContain("took the record and left transitions 0");
    expect(verdictOf(recordWellFormed, taking({ transitions: 2 }))).toBe("fail");
    const again = (transitions: number) =>
      writing({}, "").writes("a", 5500, "a", "update", undefined, 1, { transitions }).ends(6000);
    expect(verdictOf(recordWellFormed, again(1))).toBe("pass");
    expect(verdictOf(recordWellFormed, again(0))).toBe("fail");
  });

  test("a release keeps what client-go keeps, and a created record may count on", () => {
    expect(verdictOf(recordWellFormed, writing({ durationSeconds: 1 }, ""))).toBe("pass");
    expect(verdictOf(recordWellFormed, writing({ durationSeconds: null, renewTime: null }, ""))).toBe("pass");
    const created = new Story().starts("a", 0).writes("a", 990, "a", "create", undefined, 1, { transitions: 7 });
    expect(verdictOf(recordWellFormed, created.ends(2000))).toBe("pass");
  });

  test("an elector that counts no transitions is told so, and not accused", () => {
    const none = { transitions: null };
    const story = new Story().starts("a", 0).writes("a", 990, "a", "create", undefined, 1, none);
    story.writes("b", 6990, "b", "update", undefined, 1, none);
    expect(reasonOf(recordWellFormed, story.ends(9000))).toContain("nothing to hold them to");
  });

  test("what the harness edited is excused where it broke it, and nothing after", () => {
    const story = (transitions: number) =>
      opening()
        .edits(5000, "a")
        .writes("a", 5100, "a")
        .writes("a", 6100, "a", "update", undefined, 1, { transitions })
        .ends(7000);
    expect(verdictOf(recordWellFormed, story(1))).toBe("pass");
    expect(verdictOf(recordWellFormed, story(2))).toBe("fail");
    // It goes on from what it remembers, not from what the harness wrote.
    const first = opening().edits(5000, "a").writes("a", 5100, "a", "update", undefined, 1, { transitions: 0 });
    expect(verdictOf(recordWellFormed, first.ends(7000))).toBe("pass");
  });

  test("a term that was lost and retaken has a new acquireTime", () => {
    const story = opening().disclaims("a", 5000);
    const changes = { acquireTime: "1970-01-01T00:00:05.190000Z" };
    expect(verdictOf(recordWellFormed, story.writes("a", 5200, "a", "update", undefined, 1, changes).ends(6000))).toBe(
      "pass",
    );
  });

  test("times of second precision may stand still for a second, and a tampered clock may go back", () => {
    const story = (gap: number, renewTime = "1970-01-01T00:00:05Z") =>
      opening()
        .writes("a", 5200, "a", "update", undefined, 1, { renewTime: "1970-01-01T00:00:05Z" })
        .writes("a", 5200 + gap, "a", "update", undefined, 1, { renewTime, durationSeconds: 5 });
    expect(verdictOf(recordWellFormed, story(900).ends(9000))).toBe("pass");
    expect(verdictOf(recordWellFormed, story(1100).ends(9000))).toBe("fail");
    expect(verdictOf(recordWellFormed, story(1100).fault("pause", "pause", "a", 5300, 6000).ends(9000))).toBe("pass");
    const back = () => story(900, "1970-01-01T00:00:04Z");
    expect(verdictOf(recordWellFormed, back().ends(9000))).toBe("fail");
    expect(verdictOf(recordWellFormed, back().fault("clock-skew", "clock", "a", 5000, 5500).ends(9000))).toBe("pass");
  });

  test("records of another's making are not compared: each writer has a clock of its own", () => {
    const story = partitioned(6900).writes("a", 13_500, "a", "update", undefined, 1, {
      renewTime: "1970-01-01T00:00:00.000000Z",
    });
    expect(verdictOf(recordWellFormed, story)).toBe("pass");
    const shared = new Story()
      .named("a", "demo")
      .named("b", "demo")
      .starts("a", 0)
      .starts("b", 100)
      .leads("a", 1000, 1000);
    const behind = { renewTime: "1970-01-01T00:00:00.000000Z" };
    expect(verdictOf(recordWellFormed, shared.writes("b", 1500, "b", "update", undefined, 1, behind).ends(2000))).toBe(
      "pass",
    );
  });
});

test("RFC 3339 is read to the microsecond, in any zone, and nothing else is", () => {
  expect(stampOf("1970-01-02T00:00:00.000001Z")).toEqual({ micros: 86_400_000_001, step: 0.001 });
  expect(stampOf("2000-02-29T23:30:00-00:30")).toEqual({ micros: 951_868_800_000_000, step: 1000 });
  expect(stampOf("2026-11-22T00:00:00.500Z")?.step).toBe(100);
  expect([stampOf(null), stampOf(""), stampOf("yesterday")]).toEqual([undefined, undefined, undefined]);
});

describe("no-early-takeover", () => {
  /** The record is edited to the same twice, and renewed between; `b` reads it after each edit, and takes it at `taken`. */
  const editedAgain = (taken: number, readBetween = false): Story => {
    const story = opening({ minimum: { faults: 0 } }, 4000);
    const read = (at: number): Story => {
      const last = story.events.findLast((event) => event.type === "record");
      return story.calls("b", at, "get", { version: last!.version });
    };
    story.edits(4500, "a");
    read(4600);
    story.writes("a", 4700, "a");
    if (readBetween) read(4800);
    story.edits(5000, "a");
    read(5200);
    return story
      .exits("a", 5300)
      .writes("b", taken, "b")
      .claims("b", taken + 10)
      .ends(taken + 1000);
  };

  test("who was told of a record, and then again of one alike, has waited since the first", () => {
    expect(verdictOf(noEarlyTakeover, editedAgain(8650))).toBe("pass");
    expect(verdictOf(noEarlyTakeover, editedAgain(8550))).toBe("fail");
  });

  test("but not where it was told of another between", () => {
    expect(verdictOf(noEarlyTakeover, editedAgain(8650, true))).toBe("fail");
    expect(verdictOf(noEarlyTakeover, editedAgain(9250, true))).toBe("pass");
  });
});
