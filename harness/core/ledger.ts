import { incarnationKey, type LockRecord, type RecordEvent } from "./events.ts";
import { firstIndex } from "./intervals.ts";
import { lockResource } from "./lock.ts";
import { isWrite } from "./reading.ts";
import type { Bounds, Millis } from "./time.ts";
import { arrivedBy } from "./transit.ts";
import { type Call, perView, type View } from "./view.ts";

/** A write of the election record that the API committed, seen at its author's gate. */
export type Commit = Bounds & {
  readonly key: string;
  readonly replica: string;
  readonly call: Call;
  /** When the success had come to the client at the latest; undefined when it was never handed to it. */
  readonly replied?: Millis;
  /** What the record named after it; undefined when the gate could not tell. */
  readonly holder?: string | null;
  /** The write emptied or deleted the record that its author had written its own holder into before. */
  readonly release: boolean;
};

/** Whether a call is about the election record: by the record it carries, or by the object it names. */
export const touchesLock = (view: View, { invoke, end }: Call): boolean =>
  invoke.record !== undefined ||
  end?.record !== undefined ||
  (invoke.namespace === undefined &&
    invoke.object === view.header.election.name &&
    invoke.resource === lockResource[view.header.election.kind]);

/** The record after a write: as the untouched channel saw it, else as the reply or the whole request says. */
function recordAfter(call: Call, seen: ReadonlyMap<string, RecordEvent>): LockRecord | null | undefined {
  const known = call.end?.version === undefined ? undefined : seen.get(call.end.version);
  if (known) return known.record;
  // A patch need not carry the holder, so its request alone proves nothing of it.
  return call.end?.record ?? (call.invoke.verb === "patch" ? undefined : call.invoke.record);
}

/** A write that names nobody is a release only after a write of the same incarnation that named somebody. */
function markReleases(commits: readonly Commit[]): readonly Commit[] {
  const held = new Set<string>();
  return commits.map((commit) => {
    if (commit.holder === undefined) return commit;
    if (commit.holder) {
      held.add(commit.key);
      return commit;
    }
    return held.delete(commit.key) ? { ...commit, release: true } : commit;
  });
}

/** Every committed write of the election record, in the order of the commits. */
export const commitsOf = perView((view): readonly Commit[] => {
  const seen = new Map(view.records.map((event) => [event.version, event]));
  const commits: Commit[] = [];
  for (const call of view.calls) {
    const committed = call.end?.committed;
    if (!committed || !isWrite(call.invoke) || !touchesLock(view, call)) continue;
    const deleted = call.invoke.verb === "delete" || call.invoke.verb === "deletecollection";
    const record = deleted ? null : recordAfter(call, seen);
    commits.push({
      ...committed,
      key: incarnationKey(call.invoke),
      replica: call.invoke.replica,
      call,
      ...(call.end?.type === "ok" ? { replied: arrivedBy(view, call) } : {}),
      ...(record === undefined ? {} : { holder: record?.holder ?? null }),
      release: false,
    });
  }
  return markReleases(commits.sort((a, b) => a.at - b.at));
});

/** The commits of each incarnation, by `name#n`, in order. */
export const commitsByIncarnation = perView((view): ReadonlyMap<string, readonly Commit[]> => {
  return Map.groupBy(commitsOf(view), (commit) => commit.key);
});

/** The last commit of an incarnation at or before `time`; undefined when there is none. */
export function lastCommit(view: View, key: string, time: number): Commit | undefined {
  const commits = commitsByIncarnation(view).get(key) ?? [];
  return commits[firstIndex(commits.length, (index) => commits[index]!.at > time) - 1];
}

/** The first commit of an incarnation that is certainly after `time` and is `such`. */
export function commitAfter(
  view: View,
  key: string,
  time: number,
  such: (commit: Commit) => boolean = () => true,
): Commit | undefined {
  const commits = commitsByIncarnation(view).get(key) ?? [];
  for (let i = firstIndex(commits.length, (index) => commits[index]!.at > time); i < commits.length; i += 1)
    if (commits[i]!.since > time && such(commits[i]!)) return commits[i];
  return undefined;
}

/** Who goes by a name: replicas by their own, and by every identity that they wrote at their gates. */
export const replicasByName = perView((view): ReadonlyMap<string, ReadonlySet<string>> => {
  const names = new Map<string, Set<string>>();
  const name = (holder: string, replica: string) => {
    const known = names.get(holder);
    if (known) known.add(replica);
    else names.set(holder, new Set([replica]));
  };
  for (const life of view.lives) name(life.replica, life.replica);
  for (const { invoke } of view.calls)
    if (invoke.record?.holder && isWrite(invoke)) name(invoke.record.holder, invoke.replica);
  return names;
});

const committedAt = ({ invoke, end }: Call): number => end?.committed?.at ?? end?.at ?? invoke.at;

/**
 * The write of the lock that made each version, where a gate saw one that was told it. A write that changed nothing is told
 * the version that stood, so of several the first to be committed made it; a delete is told the old one, and made none.
 */
export const authorsByVersion = perView((view): ReadonlyMap<string, Call> => {
  const known = new Map<string, Call>();
  for (const call of view.calls) {
    const version = call.end?.version;
    if (version === undefined || !isWrite(call.invoke) || call.invoke.verb.startsWith("delete")) continue;
    if (!touchesLock(view, call)) continue;
    const other = known.get(version);
    if (!other || committedAt(call) < committedAt(other)) known.set(version, call);
  }
  return known;
});

const nobody: ReadonlySet<string> = new Set();

/**
 * The replicas that a record names. An identity that several replicas write names only the one that wrote this
 * version, or all of them when no gate saw who did.
 */
export function namedBy(view: View, event: RecordEvent): ReadonlySet<string> {
  const holder = event.record?.holder;
  if (!holder) return nobody;
  const named = replicasByName(view).get(holder) ?? nobody;
  const author = named.size > 1 ? authorsByVersion(view).get(event.version)?.invoke.replica : undefined;
  return author !== undefined && named.has(author) ? new Set([author]) : named;
}

/** The election record as it stood at `time`; undefined before the first that was seen. */
export function recordAt({ records }: View, time: number): RecordEvent | undefined {
  return records[firstIndex(records.length, (index) => records[index]!.at > time) - 1];
}

/** The records that name each replica, in time order. */
export const recordsByReplica = perView((view): ReadonlyMap<string, readonly RecordEvent[]> => {
  const records = new Map<string, RecordEvent[]>();
  for (const event of view.records)
    for (const replica of namedBy(view, event)) {
      const known = records.get(replica);
      if (known) known.push(event);
      else records.set(replica, [event]);
    }
  return records;
});

/** The last record naming the replica that was committed at or before `time`. */
export function lastRecordNaming(view: View, replica: string, time: number): RecordEvent | undefined {
  const records = recordsByReplica(view).get(replica) ?? [];
  return records[firstIndex(records.length, (index) => records[index]!.at > time) - 1];
}
