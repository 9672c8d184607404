import { expect, test } from "vitest";
import { viewOf } from "../../../harness/core/reading.ts";
import { awakeFor } from "../../../harness/core/stalls.ts";
import { Story } from "../checkers/story.ts";

const waiting = (story: Story, ms: number): number => awakeFor(viewOf(story.ends(60_000).history()), "a#1", 1000, ms);
const started = (): Story => new Story().starts("a", 0).starts("b", 0);

test("a wait is put off by the stalls in it, its own and the harness's, and by no other's", () => {
  expect(waiting(started(), 5000)).toBe(6000);
  expect(waiting(started().stalls("a", 2000, 2700).stalls("harness", 3000, 3200), 5000)).toBe(6900);
  expect(waiting(started().stalls("b", 2000, 2700), 5000)).toBe(6000);
  expect(waiting(started().stalls("a", 0, 900).stalls("a", 6100, 9000), 5000)).toBe(6000);
});

test("a wait that would end within a stall goes on after all of it, and through the next that it then reaches", () => {
  expect(waiting(started().stalls("a", 5999, 9999), 5000)).toBe(10_000);
  expect(waiting(started().stalls("a", 5000, 9000).stalls("harness", 9900, 15_000), 5000)).toBe(15_100);
});

test("of a stall measured within a longer window, all that was measured counts where the window is reached", () => {
  expect(waiting(started().stalls("a", 5500, 7000, 100), 5000)).toBe(6100);
  expect(waiting(started().stalls("a", 500, 1100, 300), 5000)).toBe(6100); // no more than fits after the wait began
});

test("a wait that never begins never ends", () => {
  const view = viewOf(started().stalls("a", 1, 2).history());
  expect(awakeFor(view, "a#1", Infinity, 5)).toBe(Infinity);
});
