import type { HistoryEvent, InvokeEvent, LockRecord, ReturnEvent } from "../../core/events.ts";
import { isWrite } from "../../core/reading.ts";
import { millis, type Bounds, type Millis } from "../../core/time.ts";

export type CommitBounds = {
  /** Every event of the gates, as it is recorded. */
  learn(event: HistoryEvent): void;
  /** The harness itself writes the election object from `at` on; what it returns is told of the answer to an edit. */
  writing(at: Millis, deletes: boolean): (version: string, at: Millis) => void;
  /** When a version of the election object, first seen at `at`, was committed; call once a version, in their order. */
  of(version: string, record: LockRecord | null, at: Millis): Bounds;
};

/** `record` is undefined where the request does not say what the whole record will be. */
type Attempt = { readonly at: Millis; readonly deletes: boolean; readonly record?: LockRecord };

const keyOf = (event: InvokeEvent | ReturnEvent): string => `${event.replica} ${event.call}`;

/**
 * Bounds of commits that are seen from outside, by happens-before: a version is no older than the one before it, nor
 * than the first write that can have made it; and it is there when it is seen, or when its author is answered. Writes
 * reach the object only through gates and the harness's own hand.
 */
export function commitBounds(lock: { readonly resource: string; readonly name: string }, opened: Millis): CommitBounds {
  const answered = new Map<string, Bounds>();
  /** Writes that may still be, or have been, committed without our knowing which version they made. */
  const open = new Map<string, Attempt>();
  let last = opened;
  let own = 0;

  const returned = (event: ReturnEvent): void => {
    const attempt = open.get(keyOf(event));
    if (attempt === undefined) return;
    // A deletion's answer does not tell the version of it.
    const told = event.committed !== undefined && event.version !== undefined && !attempt.deletes;
    if (told) answered.set(event.version!, event.committed!);
    if (told || event.type === "fail") open.delete(keyOf(event));
  };
  const could = (attempt: Attempt, record: LockRecord | null): boolean =>
    record === null
      ? attempt.deletes
      : !attempt.deletes && (attempt.record === undefined || same(attempt.record, record));

  return {
    learn(event) {
      switch (event.type) {
        case "invoke":
          if (isWrite(event) && event.resource === lock.resource && (event.object === lock.name || event.object === ""))
            open.set(keyOf(event), {
              at: event.at,
              deletes: event.verb === "delete" || event.verb === "deletecollection",
              ...(event.record === undefined || event.verb === "patch" ? {} : { record: event.record }),
            });
          return;
        case "ok":
        case "fail":
        case "info":
          return returned(event);
      }
    },
    writing(since, deletes) {
      const key = `own ${(own += 1)}`;
      open.set(key, { at: since, deletes });
      return (version, at) => {
        open.delete(key);
        answered.set(version, { since, at });
      };
    },
    of(version, record, at) {
      const known = answered.get(version);
      answered.delete(version);
      const all = [...open.values()];
      const matching = all.filter((attempt) => could(attempt, record));
      const earliest = Math.min(...(matching.length > 0 ? matching : all).map((attempt) => attempt.at));
      const since = known?.since ?? (Number.isFinite(earliest) ? earliest : last);
      const seen = Math.min(at, known?.at ?? at);
      last = millis(Math.min(Math.max(last, since), seen));
      return { since: last, at: millis(seen) };
    },
  };
}

const same = (a: LockRecord, b: LockRecord): boolean =>
  a.holder === b.holder && a.renewTime === b.renewTime && a.acquireTime === b.acquireTime;
