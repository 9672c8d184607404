import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { inParallel } from "../../../harness/runner/pool.ts";
import { fixedValve, type Valve } from "../../../harness/runner/valve.ts";

/** Work that begins at once and ends when it is told to. */
function shop() {
  const open = new Map<number, PromiseWithResolvers<void>>();
  return {
    open,
    work: async (item: number, begun: () => void): Promise<void> => {
      const end = Promise.withResolvers<void>();
      open.set(item, end);
      begun();
      await end.promise;
      open.delete(item);
    },
    async end(item: number): Promise<void> {
      open.get(item)!.resolve();
      await turn();
    },
  };
}

const always = (): boolean => true;

test("at most so many at once, in order, and the most is told", async () => {
  const { open, work, end } = shop();
  const valve = fixedValve(2);
  const all = inParallel([1, 2, 3], valve, always, work);
  await turn();
  expect([...open.keys()]).toEqual([1, 2]);
  await end(1);
  expect([...open.keys()]).toEqual([2, 3]);
  await end(3);
  await end(2);
  await all;
  expect(valve.most()).toBe(2);
});

test("a valve that opens lets the next in without waiting for an end", async () => {
  const { open, work, end } = shop();
  let width = 1;
  let opened = Promise.withResolvers<void>();
  const valve: Valve = { ...fixedValve(1), width: () => width, turned: () => opened.promise };
  const all = inParallel([1, 2], valve, always, work);
  await turn();
  expect(open.size).toBe(1);
  width = 2;
  opened.resolve();
  opened = Promise.withResolvers();
  await turn();
  expect(open.size).toBe(2);
  await end(1);
  await end(2);
  await all;
});

test("the next waits until the one before has begun", async () => {
  const started: number[] = [];
  let begin = (): void => {};
  const all = inParallel([1, 2], fixedValve(2), always, async (item, begun) => {
    started.push(item);
    if (item === 2) return;
    await new Promise<void>((resolve) => {
      begin = () => (begun(), resolve());
    });
  });
  await turn();
  expect(started).toEqual([1]);
  begin();
  await all;
  expect(started).toEqual([1, 2]);
});

test("nothing is started once there is to be no more", async () => {
  const { open, work, end } = shop();
  let stopped = false;
  const all = inParallel([1, 2], fixedValve(1), () => !stopped, work);
  await turn();
  stopped = true;
  await end(1);
  await all;
  expect(open.size).toBe(0);
});

test("the first failure is told at once, whatever still runs", async () => {
  const { work } = shop();
  const failing = async (item: number, begun: () => void): Promise<void> => {
    if (item < 2) return work(item, begun);
    throw new Error("broken");
  };
  await expect(inParallel([1, 2, 3], fixedValve(3), always, failing)).rejects.toThrow("broken");
});
