import type { HistoryEvent } from "../../harness/core/events.ts";
import { rngOf } from "../../harness/core/rng.ts";
import { millis } from "../../harness/core/time.ts";

const REPLICAS = 5;
const RENEWALS = 20;
/** How late an event may be recorded, in ms. */
const ERROR = 5;

/** Reigns one after the other, each killed; standbys poll, leaders renew and act, the machine stalls now and then. */
export function* reigns(count: number): Generator<HistoryEvent> {
  const random = rngOf(1);
  const lives = Array.from({ length: REPLICAS }, () => 1);
  let [at, call, version, told] = [0, 0, 0, 0];
  const who = (index: number) => ({ replica: `demo-${index}`, incarnation: lives[index]! });
  const start = (index: number): HistoryEvent => ({
    type: "replica",
    at: millis(at),
    ...who(index),
    phase: "started",
    revision: "r1",
  });
  const bounds = (width: number) => ({ since: millis(at - width), at: millis(at) });
  for (let index = 0; index < REPLICAS; index += 1, told += 1) yield start(index);
  for (let reign = 0; told < count; reign += 1) {
    const leader = reign % REPLICAS;
    for (let renewal = 0; renewal < RENEWALS; renewal += 1) {
      const record = {
        holder: `demo-${leader}`,
        durationSeconds: 4,
        acquireTime: null,
        renewTime: null,
        transitions: reign,
      };
      const write = { ...who(leader), call: (call += 1) };
      const common = { verb: "update", resource: "leases", object: "demo" } as const;
      yield { type: "invoke", at: millis((at += 1)), ...write, ...common, record };
      at += random();
      yield { type: "record", ...bounds(0), version: String((version += 1)), object: "demo", record };
      const committed = bounds(0.5);
      yield { type: "ok", at: millis((at += 1)), ...write, status: 200, committed, version: String(version), record };
      told += 3;
      if (renewal === 0) yield { type: "claim", ...bounds(2), ...who(leader), token: reign, source: "stdout" };
      for (let act = 0; act < 10; act += 1, told += 1) {
        at += 90 + 5 * random();
        yield { type: "act", ...bounds(1), ...who(leader), token: reign, accepted: true };
      }
      for (let index = 0; index < REPLICAS; index += 1) {
        if (index === leader) continue;
        const read = { ...who(index), call: (call += 1) };
        yield { type: "invoke", at: millis((at += 0.5)), ...read, verb: "get", resource: "leases", object: "demo" };
        yield { type: "ok", at: millis((at += 0.5)), ...read, status: 200, version: String(version), record };
        told += 2;
      }
      if (random() < 0.3) yield { type: "stall", ...bounds(90), who: "harness", ms: 25 };
    }
    at += 100;
    const fault = {
      type: "fault",
      id: `f${reign}`,
      fault: "kill",
      effect: "end",
      targets: [`demo-${leader}`],
    } as const;
    yield { ...fault, at: millis(at), phase: "inject" };
    yield {
      type: "replica",
      ...bounds(1),
      ...who(leader),
      phase: "exited",
      revision: "r1",
      code: null,
      signal: "SIGKILL",
    };
    yield { ...fault, at: millis((at += 5)), phase: "landed" };
    yield { ...fault, at: millis(at), phase: "healed" };
    lives[leader]! += 1;
    yield start(leader);
    at += 5000;
    told += 6;
  }
  yield { type: "end", at: millis(at), reason: "complete" };
}

/** The events as a recorder may write them whose sources are up to ERROR ms late: none passes another by more. */
export function* shuffled(events: Iterable<HistoryEvent>): Generator<HistoryEvent> {
  const random = rngOf(2);
  let held: { readonly event: HistoryEvent; readonly due: number }[] = [];
  for (const event of events) {
    const due = held.filter((each) => each.due <= event.at).sort((a, b) => a.due - b.due);
    if (due.length > 0) held = held.filter((each) => each.due > event.at);
    for (const each of due) yield each.event;
    held.push({ event, due: event.at + ERROR * random() });
  }
  for (const each of held) yield each.event;
}
