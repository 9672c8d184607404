import fc from "fast-check";
import { expect, test } from "vitest";
import { millis } from "../../../harness/core/time.ts";
import { VirtualClock } from "../../../harness/simulation/virtual-clock.ts";

test("events happen in time order, those of one instant in the order they were asked for, none after the end", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  for (const [name, at] of [
    ["c", 30],
    ["a", 10],
    ["b1", 20],
    ["b2", 20],
    ["late", 99],
  ] as const)
    clock.at(at, () => seen.push(`${name}@${clock.now()}`));
  clock.cancel(clock.at(15, () => seen.push("cancelled")));
  await clock.run(millis(50));
  expect(seen).toEqual(["a@10", "b1@20", "b2@20", "c@30"]);
  expect(clock.now()).toBe(50);
});

test("whatever was cancelled, before or meanwhile, the others happen in order, and cancelling again does nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(20), fc.option(fc.nat(20), { nil: undefined })), { maxLength: 40 }),
      async (plan) => {
        const clock = new VirtualClock();
        const seen: string[] = [];
        const timers = plan.map(([at], index) => clock.at(at, () => seen.push(`${index}@${clock.now()}`)));
        // Asked for after all the others: of one instant, it comes too late.
        plan.forEach(([, cancelled], index) => {
          if (cancelled === 0) clock.cancel(timers[index]!);
          else if (cancelled !== undefined) clock.at(cancelled, () => clock.cancel(timers[index]!));
        });
        await clock.run(millis(30));
        const left = plan.flatMap(([at, cancelled], index) =>
          cancelled !== undefined && cancelled < Math.max(at, 1) ? [] : [{ at, index }],
        );
        expect(seen).toEqual(left.toSorted((a, b) => a.at - b.at).map(({ at, index }) => `${index}@${at}`));
      },
    ),
  );
});

test("what a promise brings about has run to rest before the next event, however long its chain", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  void (async () => {
    await promise;
    for (let hop = 0; hop < 200; hop += 1) await Promise.resolve();
    seen.push(`woken@${clock.now()}`);
  })();
  clock.at(1, () => {
    resolve();
    clock.wake();
  });
  clock.at(1, () => seen.push("next"));
  await clock.run(millis(2));
  expect(seen).toEqual(["woken@1", "next"]);
});

test("a remainder of time that is too small to be told still passes", async () => {
  const clock = new VirtualClock();
  let passed = -1;
  clock.at(1, () => void clock.after(1e-10, () => (passed = clock.now())));
  await clock.run(millis(2));
  expect(passed).toBeGreaterThan(1);
});

test("an event that throws ends the run", async () => {
  const clock = new VirtualClock();
  clock.at(1, () => {
    throw new Error("broken");
  });
  await expect(clock.run(millis(2))).rejects.toThrow("broken");
});
