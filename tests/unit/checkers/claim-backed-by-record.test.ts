import { expect, test } from "vitest";
import { claimBackedByRecord } from "../../../harness/checkers/index.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { Story } from "./story.ts";

const judged = (story: Story) => claimBackedByRecord.judge(viewOf(story.ends(9000).history()));

/** `a` leads, crashes at 4 s, and its second process looks at the lock at 4.5 s. */
const restarted = (): Story =>
  new Story()
    .starts("a", 0)
    .leads("a", 1000, 3500)
    .exits("a", 4000, null, "SIGKILL")
    .starts("a", 4200, 2)
    .calls("a", 4500, "get", { incarnation: 2 });

test("a second process that leads by its name in the record, without a write of its own, is told so", () => {
  expect(judged(restarted().claims("a", 4600, undefined, 2).exits("a", 5000, 0, null, 2))).toMatchObject({
    verdict: "fail",
    direct: true,
    reason: expect.stringMatching(/a#2 claimed at .* with no committed acquire of its own: it had only read the lock/),
  });
});

test("one that writes before it claims is right, though the record named it already", () => {
  expect(judged(restarted().leads("a", 4700, 7000, undefined, 2)).verdict).toBe("pass");
});

test("a refused write is none, and one whose fate nobody knows may have been its acquire", () => {
  const refused = restarted().calls("a", 4550, "update", { incarnation: 2, status: 409 });
  expect(judged(refused.claims("a", 4600, undefined, 2).exits("a", 5000, 0, null, 2)).verdict).toBe("fail");
  const story = restarted().calls("a", 4550, "update", { incarnation: 2 });
  story.events.splice(-1, 1); // its end was not seen
  expect(judged(story.claims("a", 4600, undefined, 2).exits("a", 5000, 0, null, 2)).verdict).toBe("pass");
});

test("a term after a loss needs a write since, but for what was sent within D before the loss", () => {
  const lost = (looks: number, claims: number) =>
    new Story()
      .starts("a", 0)
      .leads("a", 1000, 2500)
      .disclaims("a", looks - 100)
      .calls("a", looks, "get")
      .claims("a", claims)
      .exits("a", claims + 200);
  expect(judged(lost(5500, 5600)).verdict).toBe("fail");
  expect(judged(lost(3100, 3200)).verdict).toBe("pass");
});

test("a process that no gate saw call is judged by the record alone", () => {
  const unseen = restarted();
  unseen.events.splice(-2, 2);
  expect(judged(unseen.claims("a", 4600, undefined, 2).exits("a", 5000, 0, null, 2)).verdict).toBe("pass");
});

test("a gauge beside a log claims nothing: it stays up until the process is gone, past the release", () => {
  const told = (observe: "log" | "stdout") => {
    const story = new Story({ elector: { observe, release: true } })
      .starts("a", 0)
      .starts("b", 100)
      .leads("a", 1000, 4900)
      .terminates("a", 4990)
      .writes("a", 5010, "")
      .answers("a", 5100, true)
      .exits("a", 5300)
      .leads("b", 6000, 8000);
    for (const [index, event] of story.events.entries())
      if (event.type === "claim") story.events[index] = { ...event, source: observe };
    return story;
  };
  expect([judged(told("log")).verdict, judged(told("stdout")).verdict]).toEqual(["pass", "fail"]);
  const alone = new Story({ elector: { observe: "log" } }).starts("a", 0).renews("a", 990, 3000);
  expect(judged(alone.answers("a", 1000, true).answers("a", 1500, true))).toMatchObject({
    verdict: "unknown",
    reason: "no replica certainly led for any time",
  });
});
