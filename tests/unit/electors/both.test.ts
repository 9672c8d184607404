import { expect, test } from "vitest";
import { bothOf } from "../../../fixtures/electors/reference/both.ts";
import type { Answer, LeaseClient, LeaseRecord } from "../../../fixtures/electors/reference/lease.ts";

const { signal } = new AbortController();
const recordOf = (holder: string, more: Partial<LeaseRecord> = {}): LeaseRecord => ({
  holder,
  durationSeconds: 4,
  acquireTime: "a",
  renewTime: "r",
  transitions: 0,
  ...more,
});

/** One object with versions. */
function lockOf() {
  let held: { record: LeaseRecord; version: number } | undefined;
  const read = (): Answer =>
    held === undefined ? { kind: "missing" } : { kind: "ok", record: held.record, version: String(held.version) };
  const put = (record: LeaseRecord): Answer => {
    held = { record, version: (held?.version ?? 0) + 1 };
    return read();
  };
  const client: LeaseClient = {
    get: async () => read(),
    create: async (record) => (held === undefined ? put(record) : { kind: "conflict" }),
    update: async (record, version) =>
      held === undefined ? { kind: "missing" } : version === String(held.version) ? put(record) : { kind: "conflict" },
  };
  return { client, put, holder: () => held?.record.holder };
}

const open = () => {
  const [first, second] = [lockOf(), lockOf()];
  return { first, second, both: bothOf(first.client, second.client) };
};

const got = async (both: LeaseClient) => {
  const answer = await both.get(signal);
  if (answer.kind !== "ok") throw new Error(answer.kind);
  return answer;
};

test("whoever creates or updates holds both", async () => {
  const { first, second, both } = open();
  expect((await both.get(signal)).kind).toBe("missing");
  expect((await both.create(recordOf("me"), signal)).kind).toBe("ok");
  const { version } = await got(both);
  expect((await both.update(recordOf("you"), version, signal)).kind).toBe("ok");
  expect([first.holder(), second.holder()]).toEqual(["you", "you"]);
});

test("a lock that only the old one holds is the old one's, and taken together with the new one", async () => {
  const { first, second, both } = open();
  first.put(recordOf("old"));
  const { record, version } = await got(both);
  expect(record.holder).toBe("old");
  expect((await both.update(recordOf("me"), version, signal)).kind).toBe("ok");
  expect([first.holder(), second.holder()]).toEqual(["me", "me"]);
});

test("two holders are nobody's, and a change of either is a change", async () => {
  const { first, second, both } = open();
  first.put(recordOf("one"));
  second.put(recordOf("other"));
  const before = await got(both);
  expect(before.record.holder).toBe("one and other");
  second.put(recordOf("other", { renewTime: "later" }));
  expect((await got(both)).record).not.toEqual(before.record);
});

test.each([0, 1])("a version of lock %i that moved on refuses the write", async (moved) => {
  const { first, second, both } = open();
  await both.create(recordOf("me"), signal);
  const { version } = await got(both);
  [first, second][moved]!.put(recordOf("thief"));
  expect((await both.update(recordOf("me"), version, signal)).kind).toBe("conflict");
});
