import { expect, test } from "vitest";
import { millis } from "../../../harness/core/time.ts";
import { VirtualTime } from "../../../harness/simulation/virtual-time.ts";

const never = new AbortController().signal;

/** Runs a piece of work under virtual time to its end. */
async function within<T>(work: (time: VirtualTime) => Promise<T>): Promise<T> {
  const time = new VirtualTime();
  let over = false;
  time.clock.drive(() => over);
  try {
    return await work(time);
  } finally {
    over = true;
  }
}

test("a sleep lasts to the microsecond, and what follows it has run to rest before the next event", async () => {
  const seen = await within(async (time) => {
    const marks: string[] = [];
    time.clock.after(1000.002, () => marks.push("next"));
    await time.sleep(millis(1000.001), never);
    for (let hop = 0; hop < 50; hop += 1) await Promise.resolve();
    marks.push(`slept until ${time.now()}`);
    await time.sleep(millis(1), never);
    return marks;
  });
  expect(seen).toEqual(["slept until 1000.001", "next"]);
});

test("a sleep rejects with the signal's reason at the instant of the abort", async () => {
  const seen = await within(async (time) => {
    const late = time.timeout(millis(20));
    const reason = await time.sleep(millis(3_600_000), late).catch((error: unknown) => error);
    return { reason, at: time.now() };
  });
  expect(seen).toEqual({ reason: expect.objectContaining({ name: "TimeoutError" }), at: 20 });
});

test("time stands still while nothing is asked for", async () => {
  await within(async (time) => {
    await time.sleep(millis(5), never);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(time.now()).toBe(5);
  });
});
