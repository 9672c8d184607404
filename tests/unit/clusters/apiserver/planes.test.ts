import { expect, test } from "vitest";
import { openPlanes, type Lendable } from "../../../../harness/clusters/apiserver/planes.ts";

const never = new AbortController().signal;

class Plane implements Lendable {
  broken = false;
  ended = false;
  async [Symbol.asyncDispose](): Promise<void> {
    this.ended = true;
  }
}

/** Planes of at most two, and those that were made. */
function rig() {
  const made: Plane[] = [new Plane()];
  const start = async (): Promise<Plane> => {
    made.push(new Plane());
    return made.at(-1)!;
  };
  return { made, planes: openPlanes(made[0]!, start, 2) };
}

test("those who share have one; who is alone has another, and leaves it to the next", async () => {
  const { made, planes } = rig();
  const [a, b] = [await planes.lend(false, never), await planes.lend(false, never)];
  expect(a.plane).toBe(b.plane);
  const alone = await planes.lend(true, never);
  expect(alone.plane).not.toBe(a.plane);
  await alone[Symbol.asyncDispose]();
  expect((await planes.lend(true, never)).plane).toBe(alone.plane);
  expect(made).toHaveLength(2);
  await planes[Symbol.asyncDispose]();
  expect(made.map(({ ended }) => ended)).toEqual([true, true]);
});

test("who finds all of them lent waits for one, or until the run is over", async () => {
  const { planes } = rig();
  const [first] = [await planes.lend(true, never), await planes.lend(true, never)];
  const cut = new AbortController();
  const [third, fourth] = [planes.lend(true, never), planes.lend(true, cut.signal)];
  cut.abort(new Error("Ctrl-C"));
  await expect(fourth).rejects.toThrow("Ctrl-C");
  await first[Symbol.asyncDispose]();
  expect((await third).plane).toBe(first.plane);
});

test("a broken one is ended, and another takes its place", async () => {
  const { made, planes } = rig();
  const first = await planes.lend(true, never);
  made[0]!.broken = true;
  await first[Symbol.asyncDispose]();
  expect(made[0]!.ended).toBe(true);
  expect((await planes.lend(true, never)).plane).toBe(made[1]);
});
