import { incarnationKey } from "./events.ts";
import { type Commit, commitsByIncarnation, touchesLock } from "./ledger.ts";
import { isWrite } from "./reading.ts";
import type { Bounds, Millis } from "./time.ts";
import { perView } from "./view.ts";

/** A committed acquire or renewal that its author knew of, from `at` on; or sooner, but not before `since`. */
export type Renewal = Bounds & { readonly commit: Commit };

/** Calls of the lock by incarnation, in the order of their arrival. */
export const lockCalls = perView((view) =>
  Map.groupBy(
    view.calls.filter((call) => touchesLock(view, call)),
    ({ invoke }) => incarnationKey(invoke),
  ),
);

/**
 * When the author of a commit knew of it at the latest: its reply was delivered (one cut on the way may have been), or a
 * later read showed it its own write. undefined when it never learned.
 */
function learnedAt(commit: Commit, reads: ReadonlyMap<string, Millis>): Millis | undefined {
  if (commit.replied !== undefined) return commit.replied;
  const { end } = commit.call;
  if (end && end.status !== 0 && end.status < 400) return end.at;
  return end?.version === undefined ? undefined : reads.get(end.version);
}

/** Renewals (and acquires) of each incarnation that it knew of, in the order in which it learned of them. */
export const renewalsOf = perView((view): ReadonlyMap<string, readonly Renewal[]> => {
  const result = new Map<string, readonly Renewal[]>();
  for (const [key, commits] of commitsByIncarnation(view)) {
    const reads = new Map<string, Millis>();
    for (const { invoke, end } of lockCalls(view).get(key) ?? [])
      if (!isWrite(invoke) && end?.type === "ok" && end.version !== undefined && !reads.has(end.version))
        reads.set(end.version, end.at);
    const known = commits.flatMap((commit) => {
      const at = commit.holder === null || commit.holder === "" ? undefined : learnedAt(commit, reads);
      if (at === undefined) return [];
      const since = commit.replied === undefined ? at : commit.call.end!.at;
      return [{ since, at, commit }];
    });
    result.set(
      key,
      known.sort((a, b) => a.at - b.at),
    );
  }
  return result;
});
