import { expect, test } from "vitest";
import { standbyPollSpreads } from "../../../harness/core/polls.ts";
import { viewOf } from "../../../harness/core/reading.ts";
import { Story } from "../checkers/story.ts";

/** `b` looks at the lock at these times, and `a` leads. */
const looking = (...times: readonly number[]): readonly number[] => {
  const story = new Story().starts("a", 0).starts("b", 0).leads("a", 1000, 9000);
  for (const at of times) story.calls("b", at, "get");
  return standbyPollSpreads(viewOf(story.ends(12_000).history()));
};

test("a standby in step has no spread, one with jitter has its jitter's, and the leader is left out", () => {
  expect(looking(1000, 2000, 3000, 4000, 5000, 6000)).toEqual([0]);
  expect(looking(1000, 2000, 4100, 5200, 6900, 8000)).toEqual([1100]);
});

test("a few polls show no habit", () => {
  expect(looking(1000, 2000, 3000, 4000, 5000)).toEqual([]);
});
