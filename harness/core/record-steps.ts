import { incarnationKey, type RecordEvent } from "./events.ts";
import { indexIntervals } from "./intervals.ts";
import { authorsByVersion, recordAt, touchesLock } from "./ledger.ts";
import { isWrite } from "./reading.ts";
import { type Call, perView, type View } from "./view.ts";

/** One change of the election record, as the untouched channel saw it. */
export type RecordStep = {
  /** What stood before it; undefined where nothing was seen of the object. */
  readonly before?: RecordEvent;
  readonly after: RecordEvent;
  /** The call that made it; undefined where no gate saw one that must have been it, or the harness wrote it. */
  readonly call?: Call;
};

/** Finds the call behind a version: the one that was told it, else the only writer that may have committed it then. */
function authorFinder(view: View): (event: RecordEvent) => Call | undefined {
  const told = authorsByVersion(view);
  const silent = view.calls.filter((call) => {
    if (!isWrite(call.invoke) || !touchesLock(view, call)) return false;
    // Their replies were not read: unfinished, cut, or encoded. What a delete is told of made nothing.
    if (call.end?.version !== undefined && !call.invoke.verb.startsWith("delete")) return false;
    return call.end === undefined || call.end.type === "info" || call.end.committed !== undefined;
  });
  const { leaseDuration } = view.header.elector.timing;
  const candidates = indexIntervals(silent, ({ invoke, end }) => ({
    from: end?.committed?.since ?? invoke.at,
    // What was forwarded of a writer that is gone may be committed after its connection ended: its stamps tell it.
    to: end?.committed?.at ?? (end && end.at + (invoke.record ? leaseDuration : 0)) ?? view.end,
  }));
  return (event) => {
    const known = told.get(event.version);
    if (known) return known;
    const fitting = candidates(event.since, event.at).filter(({ invoke }) =>
      invoke.record === undefined
        ? event.record === null || invoke.verb === "patch"
        : invoke.record.holder === event.record?.holder && invoke.record.renewTime === event.record?.renewTime,
    );
    return fitting.length === 1 ? fitting[0] : undefined;
  };
}

/** Every change of the election record, in order, each with its predecessor and its author's call. */
export const recordSteps = perView((view): readonly RecordStep[] => {
  const authorOf = authorFinder(view);
  const last = new Map<string, RecordEvent>();
  return view.records.map((after) => {
    const before = last.get(after.object);
    last.set(after.object, after);
    const call = after.fault === undefined ? authorOf(after) : undefined;
    return { after, ...(before ? { before } : {}), ...(call ? { call } : {}) };
  });
});

/** A change that passed the record to another holder, or to nobody. */
export const changesHolder = ({ before, after }: RecordStep): boolean =>
  (before?.record?.holder || null) !== (after.record?.holder || null);

/** Identities that each replica goes by of its own: those it took the record with, or tried to, and its name. */
export const ownIdentities = perView((view): ReadonlyMap<string, ReadonlySet<string>> => {
  const own = new Map(view.lives.map(({ replica }) => [replica, new Set([replica])]));
  const add = (replica: string, identity: string) => {
    const known = own.get(replica);
    if (known) known.add(identity);
    else own.set(replica, new Set([identity]));
  };
  for (const { invoke } of view.calls) {
    const holder = invoke.record?.holder;
    // Who writes the name that already stands there may only have copied it.
    if (holder && isWrite(invoke) && recordAt(view, invoke.at)?.record?.holder !== holder) add(invoke.replica, holder);
  }
  for (const step of recordSteps(view))
    if (step.call && step.after.record?.holder && changesHolder(step))
      add(step.call.invoke.replica, step.after.record.holder);
  return own;
});

/** `name#n` of a step's author. */
export const authorKey = ({ call }: RecordStep): string | undefined => call && incarnationKey(call.invoke);
