import { expect, test } from "vitest";
import { openTurnstile } from "../../../harness/clusters/turnstile.ts";

test("callers pass in the order of asking, with turns of the event loop between", async () => {
  const turn = openTurnstile();
  const passed: number[] = [];
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 1);
  const seen: number[] = [];
  await Promise.all(
    [1, 2, 3].map(async (caller) => {
      await turn();
      passed.push(caller);
      seen.push(turns);
    }),
  );
  clearInterval(counting);
  expect(passed).toEqual([1, 2, 3]);
  expect(seen[1]).toBeGreaterThan(seen[0]!);
  expect(seen[2]).toBeGreaterThan(seen[1]!);
});

test("a loop that is never calm delays a start, and does not prevent it", { timeout: 20_000 }, async () => {
  const turn = openTurnstile();
  const busy = setInterval(() => {
    for (const until = performance.now() + 20; performance.now() < until;);
  }, 1);
  try {
    await turn();
    await turn();
    await turn();
  } finally {
    clearInterval(busy);
  }
});
