import { expect, test } from "vitest";
import { openOutage, outlasting } from "../../../../harness/clusters/apiserver/outage.ts";

const doubtful = (error: unknown): boolean => (error as Error).message !== "refused";

test("what an outage cuts short is done again once it is over", async () => {
  const outage = openOutage();
  let tries = 0;
  const cut = Promise.withResolvers<never>();
  const work = outlasting(outage, doubtful, async () => ((tries += 1) === 1 ? cut.promise : "done"));
  await Promise.resolve();
  outage.begin();
  cut.reject(new Error("socket hang up"));
  await new Promise((next) => setImmediate(next));
  expect(tries).toBe(1);
  outage.end();
  expect(await work).toBe("done");
});

test("what was asked for during an outage waits until the last is over", async () => {
  const outage = openOutage();
  outage.begin();
  outage.begin();
  let done = false;
  const work = outlasting(outage, doubtful, async () => void (done = true));
  outage.end();
  await new Promise((next) => setImmediate(next));
  expect([done, outage.lasts]).toEqual([false, true]);
  outage.end();
  await work;
  expect(done).toBe(true);
});

test("a failure without an outage, and a refusal whenever, are told", async () => {
  const outage = openOutage();
  const failing = (message: string) => async () => {
    throw new Error(message);
  };
  await expect(outlasting(outage, doubtful, failing("socket hang up"))).rejects.toThrow("socket hang up");
  const refused = async () => {
    outage.begin();
    outage.end();
    throw new Error("refused");
  };
  await expect(outlasting(outage, doubtful, refused)).rejects.toThrow("refused");
});
