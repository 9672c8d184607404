import type { LockRecord } from "../core/events.ts";

export type Stored = { readonly record: LockRecord; readonly version: string };

/** What the API says to one call: the status of HTTP, and the Lease where there is one. */
export type Reply = { readonly status: number; readonly stored?: Stored };

/** One Lease as the API serves it, without a network; every commit is told to `committed`, a deletion as undefined. */
export type LeaseApi = {
  get(): Reply;
  create(record: LockRecord): Reply;
  update(record: LockRecord, version: string | undefined): Reply;
  remove(): Reply;
};

type Committed = (stored: Stored | undefined, version: string) => void;

const same = (one: LockRecord, other: LockRecord): boolean =>
  one.holder === other.holder &&
  one.durationSeconds === other.durationSeconds &&
  one.acquireTime === other.acquireTime &&
  one.renewTime === other.renewTime &&
  one.transitions === other.transitions;

/** The version of a Store in which one namespace was made: the first write comes after it. */
export const FIRST_VERSION = 6;

/**
 * The store's lease path alone: versions, conflicts, and no commit for a write that changes nothing, as Store has them
 * (a test holds the two together); without validation, managed fields and other objects it is some 50 times faster.
 */
export function leaseTable(committed: Committed): LeaseApi {
  let version = FIRST_VERSION;
  let stored: Stored | undefined;
  const commit = (record: LockRecord): Stored => {
    version += 1;
    stored = { record, version: String(version) };
    committed(stored, stored.version);
    return stored;
  };
  return {
    get: () => (stored === undefined ? { status: 404 } : { status: 200, stored }),
    create: (record) => (stored === undefined ? { status: 201, stored: commit(record) } : { status: 409 }),
    update(record, expected) {
      // A PUT carries the uid of the object that it was read from: not this name's, once that is gone.
      if (stored === undefined) return { status: expected === undefined ? 404 : 409 };
      if (expected !== undefined && expected !== stored.version) return { status: 409 };
      return { status: 200, stored: same(record, stored.record) ? stored : commit(record) };
    },
    remove() {
      if (stored === undefined) return { status: 404 };
      version += 1;
      stored = undefined;
      committed(undefined, String(version));
      return { status: 200 };
    },
  };
}
