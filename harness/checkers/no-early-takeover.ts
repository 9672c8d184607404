import { firstCallOf, livesByKey } from "../core/contenders.ts";
import { faultsOn } from "../core/contract.ts";
import { type LockRecord, type RecordEvent, incarnationKey } from "../core/events.ts";
import { firstIndex } from "../core/intervals.ts";
import { authorsByVersion } from "../core/ledger.ts";
import { defineProperty } from "../core/property.ts";
import { isWrite } from "../core/reading.ts";
import { formatMillis, millis } from "../core/time.ts";
import { stampOf } from "../core/rfc3339.ts";
import type { Hazard, Witness } from "../core/verdict.ts";
import { type Call, perView, type View } from "../core/view.ts";
import { reachesLock } from "../core/watches.ts";
import { bounded, counted, faultLines, inOrder, instant, MOST_WITNESSES } from "./evidence.ts";

const NAME = "no-early-takeover";

/**
 * A record that passed from one holder to another with no release between. `alike`: the versions up to `before`, and with
 * it, that are one record to client-go, the oldest first.
 */
type Change = { readonly before: RecordEvent; readonly after: RecordEvent; readonly alike: readonly RecordEvent[] };

/** client-go compares times of whole seconds (metav1.Time in LeaderElectionRecord). */
const secondOf = (time: string | null): number => Math.floor((stampOf(time)?.micros ?? 0) / 1_000_000);

/** Whether client-go sees no change between two records: as it renews at once when it acquired, that is no rare case. */
const isAlike = (one: LockRecord, other: LockRecord): boolean =>
  one.holder === other.holder &&
  one.durationSeconds === other.durationSeconds &&
  one.transitions === other.transitions &&
  secondOf(one.acquireTime) === secondOf(other.acquireTime) &&
  secondOf(one.renewTime) === secondOf(other.renewTime);

/** The stretch of versions that ends with the one at `last` and is one record to client-go. */
function alikeUpTo(events: readonly RecordEvent[], last: number): readonly RecordEvent[] {
  let first = last;
  while (first > 0 && events[first - 1]!.record && isAlike(events[first - 1]!.record!, events[last]!.record!))
    first -= 1;
  return events.slice(first, last + 1);
}

const changesOf = perView((view): { readonly direct: readonly Change[]; readonly all: number } => {
  const direct: Change[] = [];
  let all = 0;
  for (const events of Map.groupBy(view.records, (event) => event.object).values())
    events.forEach((after, index) => {
      const before = events[index - 1];
      if (!after.record?.holder || after.fault !== undefined || after.record.holder === before?.record?.holder) return;
      all += 1;
      if (before?.record?.holder) direct.push({ before, after, alike: alikeUpTo(events, index - 1) });
    });
  return { direct, all };
});

/** Whether a call may go on to tell of the lock unseen: a watch, or a list that was not read. */
const watchesLock = (view: View, { invoke, end }: Call): boolean =>
  (invoke.verb === "watch" || (invoke.verb === "list" && end?.version === undefined)) && reachesLock(view, invoke);

type Times = Map<string, number[]>;
const note = (times: Times, key: string, at: number): void => {
  const known = times.get(key);
  if (known) known.push(at);
  else times.set(key, [at]);
};

/** When replicas sent what brought them a version that was then taken over (`replica version`), read at all, and watched. */
const deliveries = perView((view) => {
  const wanted = new Set(changesOf(view).direct.flatMap(({ alike }) => alike.map(({ version }) => version)));
  const [brought, read, watched]: [Times, Times, Times] = [new Map(), new Map(), new Map()];
  for (const call of view.calls) {
    const { invoke, end } = call;
    if (watchesLock(view, call)) note(watched, invoke.replica, invoke.at);
    if (end?.version === undefined) continue; // a reply that was cut may still have arrived
    if (!isWrite(invoke)) note(read, invoke.replica, invoke.at);
    if (wanted.has(end.version)) note(brought, `${invoke.replica} ${end.version}`, invoke.at);
  }
  return { brought, read, watched };
});

/**
 * Since when the process that sent a call can have been told anything: one that was started anew remembers nothing. That
 * goes by time, for a gate may learn late that there is another, and its first call may be what the one before sent last.
 */
function begunOf(view: View, { invoke }: Call): number {
  const life = livesByKey(view).get(incarnationKey(invoke));
  const anew = life !== undefined && life.incarnation > 1 && firstCallOf(view, life) < invoke.at;
  return anew ? life.started : -Infinity;
}

/** The replies that told a replica of a version of the record, its own writes included, in the order of its requests. */
const told = perView((view) =>
  Map.groupBy(
    view.calls.filter(({ invoke, end }) => end?.version !== undefined && (!isWrite(invoke) || end.type === "ok")),
    ({ invoke }) => invoke.replica,
  ),
);

const recordsByVersion = perView((view) => new Map(view.records.map((event) => [event.version, event])));

/**
 * The first request of those in a row since `begun`, up to a write, that told the replica of nothing but a record alike to
 * this one: what was written between two of them, and again as before, it never saw.
 */
function alikeSince(view: View, begun: number, before: RecordEvent, write: Call): Call | undefined {
  const calls = told(view).get(write.invoke.replica) ?? [];
  let since: Call | undefined;
  for (let i = firstIndex(calls.length, (index) => calls[index]!.invoke.at >= write.invoke.at) - 1; i >= 0; i -= 1) {
    if (calls[i]!.invoke.at < begun) break;
    const event = recordsByVersion(view).get(calls[i]!.end!.version!);
    if (event === undefined || event.object !== before.object) continue;
    if (event.record && isAlike(event.record, before.record!)) since = calls[i];
    else if (calls[i]!.end!.type === "ok") break; // what was cut may never have arrived
  }
  return since;
}

/** client-go notices a change at one-second precision where P < 1 s: what that may cost, in ms. */
const PRECISION_LOSS = 1000;

/**
 * How long the new holder had waited, by the bounds that favour it: from the first request of its process that brought it
 * the old holder's last record, or one that is alike (its commit, where it watched by then, or when it began to), to the
 * arrival of its own write at the gate.
 * undefined where no gate saw its write or its reads.
 */
function waitOf(view: View, { before, after, alike }: Change) {
  const call = authorsByVersion(view).get(after.version);
  if (!call) return undefined;
  const { replica, at } = call.invoke;
  const begun = begunOf(view, call);
  const { brought, read, watched } = deliveries(view);
  const since = (times: Times, key: string): number => times.get(key)?.find((time) => time >= begun) ?? Infinity;
  const watching = since(watched, replica);
  if (watching === Infinity && since(read, replica) === Infinity) return undefined;
  const reads = alike.map(({ version }) => since(brought, `${replica} ${version}`));
  const unseen = alikeSince(view, begun, before, call)?.invoke.at ?? Infinity;
  const from = Math.min(...reads, Math.max(alike[0]!.since, watching), unseen);
  return { call, ...(from < at ? { from, waited: at - from } : { from: undefined, waited: 0 }) };
}

function witnessOf(
  view: View,
  { before, after }: Change,
  { call, from, waited }: NonNullable<ReturnType<typeof waitOf>>,
): Witness {
  const needed = formatMillis((before.record!.durationSeconds ?? 0) * 1000);
  const key = incarnationKey(call.invoke);
  return {
    summary: `${key} took the record over from ${before.record!.holder} ${from === undefined ? "without having been delivered its last version" : `${formatMillis(waited)} after it was delivered`}; the record was good for ${needed}`,
    incarnations: [key],
    from: before.at,
    to: after.at,
    evidence: inOrder([
      {
        at: before.at,
        text: `version ${before.version} named ${before.record!.holder} for ${needed}, committed ${bounded(before)}`,
      },
      ...(from === undefined ? [] : [{ at: millis(from), text: `it reached ${key} no earlier than ${instant(from)}` }]),
      { at: call.invoke.at, text: `${key} sent its own write at ${instant(call.invoke.at)}` },
      { at: after.at, text: `version ${after.version} named ${after.record!.holder}, committed ${bounded(after)}` },
      ...faultLines(view, [call.invoke.replica], { from: before.at, to: after.at }),
    ]),
  };
}

export const noEarlyTakeover = defineProperty({
  name: NAME,
  summary: "A record passes to another holder only when it was released, or its term was waited out after delivery.",
  judge(view) {
    const { timing } = view.header.elector;
    const allowance = timing.retryPeriod < 1000 ? PRECISION_LOSS : 0;
    const { direct, all } = changesOf(view);
    const failures: Witness[] = [];
    const hazards: Hazard[] = [];
    let blind = 0;
    for (const change of direct) {
      const wait = waitOf(view, change);
      const duration = change.before.record!.durationSeconds;
      if (!wait || duration === null) blind += 1;
      else if (wait.waited < duration * 1000 - allowance) {
        const clock = faultsOn(view, wait.call.invoke.replica, change.before.since, change.after.at).find(
          ({ effect }) => effect === "clock",
        );
        const witness = witnessOf(view, change, wait);
        if (clock) hazards.push({ ...witness, property: NAME, cause: `${clock.fault} of ${wait.call.invoke.replica}` });
        else failures.push(witness);
      }
    }
    const result = { level: "L0" as const, hazards, witnesses: failures.slice(0, MOST_WITNESSES) };
    if (failures.length > 0) return { ...result, verdict: "fail", direct: true, reason: failures[0]!.summary };
    const unknown = (reason: string) => ({ ...result, verdict: "unknown" as const, reason });
    if (all === 0) return unknown("no replica was seen to take the record");
    if (blind > 0) return unknown(`${counted(blind, "takeover")} could not be followed at the gates`);
    return {
      ...result,
      verdict: "pass",
      reason: `the record was taken ${counted(all, "time")}, ${direct.length} of them after its term ran out`,
    };
  },
});
