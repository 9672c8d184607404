import {
  type AnswerEvent,
  type FaultEvent,
  type GapEvent,
  type History,
  type HistoryEvent,
  type Incarnation,
  type InvokeEvent,
  incarnationKey,
  type ReplicaEvent,
  type ReturnEvent,
  type StatementEvent,
} from "./events.ts";
import { ordered } from "./columns.ts";
import { tenuresOf } from "./tenure.ts";
import { type Bounds, type Millis, millis } from "./time.ts";
import { sentSince } from "./transit.ts";
import type { Call, FaultWindow, Life, Tenure, View } from "./view.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const atOf = ({ at }: { readonly at: Millis }): Millis => at;

/** What a history holds of one incarnation while it is being read. */
class Subject {
  readonly who: Incarnation;
  readonly phases: ReplicaEvent[] = [];
  readonly statements: StatementEvent[] = [];
  readonly answers: AnswerEvent[] = [];
  readonly gaps: GapEvent[] = [];
  firstCall: Millis | undefined;
  firstWrite: Millis | undefined;
  constructor(who: Incarnation) {
    this.who = { replica: who.replica, incarnation: who.incarnation };
  }

  /** The first that was seen of it. */
  private first(): Millis {
    let first: number = this.firstCall ?? Infinity;
    for (const event of [...this.phases, ...this.statements, ...this.answers, ...this.gaps])
      first = Math.min(first, ("since" in event ? event.since : undefined) ?? event.at);
    return millis(first);
  }

  /** When SIGTERM can have been sent first. */
  told(): { readonly told?: Millis } {
    const event = this.phases.find(({ phase }) => phase === "terminating");
    return event === undefined ? {} : { told: event.since ?? event.at };
  }

  /** Its process; one that was never seen to start began with the first that was seen of it. */
  life(): Life {
    const phases = ordered(this.phases, atOf);
    const of = (phase: ReplicaEvent["phase"]) => phases.find((event) => event.phase === phase);
    const [started, terminating, exited] = [of("started"), of("terminating"), of("exited")];
    return {
      ...this.who,
      key: incarnationKey(this.who),
      revision: (started ?? phases[0])?.revision ?? "",
      started: started?.since ?? started?.at ?? this.first(),
      ...(terminating ? { terminating: terminating.at } : {}),
      ...(exited
        ? {
            exited: {
              since: exited.since ?? exited.at,
              at: exited.at,
              code: exited.code ?? null,
              signal: exited.signal ?? null,
            },
          }
        : {}),
    };
  }
}

const WRITES: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Writes of the API, as opposed to reads. */
export const isWrite = (call: InvokeEvent): boolean => WRITES.has(call.verb);

/** −1, 0 or 1: a difference would be a new number for each comparison. */
const compare = <Value extends number | string>(a: Value, b: Value): number => (a < b ? -1 : a > b ? 1 : 0);

const byTime = (a: Tenure, b: Tenure): number =>
  compare(a.start.at, b.start.at) || compare(a.start.since, b.start.since) || compare(a.key, b.key);

/** What only widens bounds counts for its part before the end, even where it lasted longer than the observation. */
const excusing: ReadonlySet<HistoryEvent["type"]> = new Set(["gap", "stall"]);

/** Joins a fault's events to its window; unproven carries its reason. */
function windowOf(events: readonly FaultEvent[]): FaultWindow {
  const of = (phase: FaultEvent["phase"]) => events.find((event) => event.phase === phase);
  const first = events[0]!;
  const [landed, unproven, healed] = [of("landed"), of("unproven"), of("healed")];
  return {
    id: first.id,
    fault: first.fault,
    effect: first.effect,
    ...(first.network && { network: first.network }),
    targets: [...new Set(events.flatMap((event) => event.targets))],
    injected: (of("inject") ?? first).at,
    ...(landed ? { landed: landed.at } : {}),
    ...(unproven ? { unproven: unproven.detail ?? "no proof that it landed" } : {}),
    ...(healed ? { healed: healed.at } : {}),
  };
}

/**
 * The history's end: its `end` event, else the last that was seen. `since` is the last moment before which nothing was
 * left unread: as the event says, else by the widest bounds of any statement, since one may have waited as long.
 * `inOrder`: all events were recorded in time order, and none after it.
 */
function endOf(events: readonly HistoryEvent[]): Bounds & { readonly complete: boolean; readonly inOrder: boolean } {
  let last = 0;
  let lag = 0;
  let inOrder = true;
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index]!;
    if (event.type === "end")
      return {
        since: event.since ?? millis(Math.max(0, event.at - lag)),
        at: event.at,
        complete: event.reason === "complete",
        inOrder: inOrder && index === events.length - 1,
      };
    if (event.at < last) inOrder = false;
    last = Math.max(last, event.at);
    if (event.type === "claim" || event.type === "disclaim") lag = Math.max(lag, event.at - event.since);
  }
  return { since: millis(Math.max(0, last - lag)), at: millis(last), complete: false, inOrder };
}

/**
 * Reads a history once, whatever the order its events were recorded in, into what checkers look at, every list in time
 * order. What happened after the `end` event is not part of the observation. O(n log n).
 */
export function viewOf(history: History): View {
  const end = endOf(history.events);
  const subjects = new Map<string, Map<number, Subject>>();
  const view = {
    answers: [] as AnswerEvent[],
    records: [] as Mutable<View>["records"][number][],
    acts: [] as Mutable<View>["acts"][number][],
    stalls: [] as Mutable<View>["stalls"][number][],
    gaps: [] as GapEvent[],
    rollouts: [] as Mutable<View>["rollouts"][number][],
    steps: [] as NonNullable<View["steps"]>[number][],
    notices: [] as NonNullable<View["notices"]>[number][],
  };
  const calls: Mutable<Call>[] = [];
  const open = new Map<string, Map<number, Mutable<Call>>>();
  const faults = new Map<string, FaultEvent[]>();
  const early: ReturnEvent[] = [];

  let latest: Subject | undefined;
  const subjectOf = (event: Incarnation): Subject => {
    if (latest?.who.replica === event.replica && latest.who.incarnation === event.incarnation) return latest;
    let incarnations = subjects.get(event.replica);
    if (!incarnations) subjects.set(event.replica, (incarnations = new Map()));
    let subject = incarnations.get(event.incarnation);
    if (!subject) incarnations.set(event.incarnation, (subject = new Subject(event)));
    latest = subject;
    return subject;
  };
  const invoked = (event: InvokeEvent) => {
    const subject = subjectOf(event);
    if (subject.firstCall === undefined || event.at < subject.firstCall) subject.firstCall = event.at;
    if (isWrite(event) && (subject.firstWrite === undefined || event.at < subject.firstWrite))
      subject.firstWrite = event.at;
    let ofReplica = open.get(event.replica);
    if (!ofReplica) open.set(event.replica, (ofReplica = new Map()));
    const call: Mutable<Call> = { invoke: event };
    ofReplica.set(event.call, call);
    calls.push(call);
  };
  const returned = (event: ReturnEvent): boolean => {
    const call = open.get(event.replica)?.get(event.call);
    if (call) call.end = event;
    return call !== undefined;
  };

  for (let index = 0; index < history.events.length; index += 1) {
    const event = history.events[index]!;
    if (event.at > end.at && !(excusing.has(event.type) && "since" in event && event.since! < end.at)) continue;
    switch (event.type) {
      case "replica":
        subjectOf(event).phases.push(event);
        break;
      case "claim":
      case "disclaim":
        subjectOf(event).statements.push(event);
        break;
      case "answer":
        subjectOf(event).answers.push(event);
        view.answers.push(event);
        break;
      case "gap":
        subjectOf(event).gaps.push(event);
        view.gaps.push(event);
        break;
      case "invoke":
        invoked(event);
        break;
      case "ok":
      case "fail":
      case "info":
        if (!returned(event)) early.push(event); // recorded before its invoke, within the clock's error
        break;
      case "record":
        view.records.push(event);
        break;
      case "notice":
        view.notices.push(event);
        break;
      case "act":
        view.acts.push(event);
        break;
      case "stall":
        view.stalls.push(event);
        break;
      case "rollout":
        view.rollouts.push(event);
        break;
      case "fault": {
        const known = faults.get(event.id);
        if (known) known.push(event);
        else faults.set(event.id, [event]);
        break;
      }
      case "step":
        view.steps.push(event);
        break;
      case "end":
        break;
      default:
        throw event satisfies never;
    }
  }
  for (const event of early) returned(event);
  const inTime = <Event extends { readonly at: Millis }>(events: readonly Event[]) =>
    end.inOrder ? events : ordered(events, atOf);

  const lives: Life[] = [];
  const tenures: Tenure[] = [];
  const unpaired: View["unpaired"][number][] = [];
  for (const incarnations of subjects.values())
    for (const subject of incarnations.values()) {
      const life = subject.life();
      lives.push(life);
      const { firstCall, firstWrite } = subject;
      const read = tenuresOf({
        observe: history.header.elector.observe,
        life,
        statements: inTime(subject.statements),
        answers: inTime(subject.answers),
        gaps: subject.gaps.sort((a, b) => a.since - b.since),
        ...(firstCall === undefined ? {} : { firstCall }),
        ...(firstWrite === undefined ? {} : { firstWrite }),
        end: { since: end.since, at: end.at },
        ...subject.told(),
      });
      for (const tenure of read.tenures) tenures.push(tenure);
      for (const statement of read.unpaired) unpaired.push(statement);
    }
  const windows = [...faults.values()].map((events) => windowOf(inTime(events)));
  const held = windows.filter(({ network }) => network);
  const acts = held.length === 0 ? view.acts : view.acts.map((act) => ({ ...act, since: sentSince(held, act) }));
  return {
    header: history.header,
    end: end.at,
    complete: end.complete,
    lives: lives.sort((a, b) => a.started - b.started || (a.key < b.key ? -1 : 1)),
    tenures: tenures.sort(byTime),
    unpaired: unpaired.sort((a, b) => a.at - b.at),
    answers: inTime(view.answers),
    records: inTime(view.records),
    acts: inTime(acts),
    stalls: inTime(view.stalls),
    gaps: inTime(view.gaps),
    rollouts: inTime(view.rollouts),
    steps: inTime(view.steps),
    notices: inTime(view.notices),
    calls: end.inOrder ? calls : ordered(calls, ({ invoke }) => invoke.at),
    faults: windows.sort((a, b) => a.injected - b.injected),
  };
}
