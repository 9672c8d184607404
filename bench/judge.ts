// `node bench/judge.ts [events]`: writes a history in memory, parses and judges it by every property, at full and a tenth
// of the size, in order and shuffled within the clock's error. Prints times and peak memory; exit status 1 when a target is
// missed or the order changes a verdict.
import { allProperties } from "../harness/checkers/index.ts";
import type { HistoryEvent } from "../harness/core/events.ts";
import { parseHistory, serialiseEvent, serialiseHeader } from "../harness/core/history.ts";
import { judge } from "../harness/core/judge.ts";
import { rngOf } from "../harness/core/rng.ts";
import { millis } from "../harness/core/time.ts";
import { viewOf } from "../harness/core/reading.ts";
import { headerOf } from "./header.ts";

const REPLICAS = 5;
const RENEWALS = 20;
/** How late an event may be recorded, in ms. */
const ERROR = 5;
const TARGET = { parseMs: 3000, judgeMs: 2000, peakMiB: 1024, growth: 11 };

const header = headerOf({ release: false });

/** Reigns one after the other, each killed; standbys poll, leaders renew and act, the machine stalls now and then. */
function* reigns(count: number): Generator<HistoryEvent> {
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
function* shuffled(events: Iterable<HistoryEvent>): Generator<HistoryEvent> {
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

type Order = "in order" | "shuffled";

function textOf(count: number, order: Order): string {
  const lines = [serialiseHeader(header)];
  for (const event of order === "shuffled" ? shuffled(reigns(count)) : reigns(count)) lines.push(serialiseEvent(event));
  return `${lines.join("\n")}\n`;
}

function measure(count: number, order: Order) {
  const text = textOf(count, order);
  const parsing = performance.now();
  const history = parseHistory(text);
  const judging = performance.now();
  const judged = judge(viewOf(history), allProperties);
  const done = performance.now();
  return {
    events: history.events.length,
    parseMs: judging - parsing,
    judgeMs: done - judging,
    results: judged.results.map(({ name, verdict, reason }) => `${verdict.padEnd(8)}${name}: ${reason}`),
  };
}

const count = Number(process.argv[2] ?? 1_000_000);
const [warm, repeated] = [measure(Math.min(count, 20_000), "in order"), measure(Math.min(count, 20_000), "shuffled")];
for (const result of warm.results) console.log(`  ${result}`);
let missed = warm.results.join() !== repeated.results.join();
if (missed) console.log("shuffled, the same history is judged differently");
for (const order of ["in order", "shuffled"] as const) {
  const [tenth, whole] = [measure(count / 10, order), measure(count, order)];
  const growth = whole.judgeMs / tenth.judgeMs;
  for (const { events, parseMs, judgeMs } of [tenth, whole])
    console.log(`${events} events ${order}: parsed in ${parseMs.toFixed(0)} ms, judged in ${judgeMs.toFixed(0)} ms`);
  console.log(`  ten times the events took ${growth.toFixed(1)} times as long to judge`);
  missed ||= whole.parseMs > TARGET.parseMs || whole.judgeMs > TARGET.judgeMs || growth > TARGET.growth;
}
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(`peak memory ${peakMiB.toFixed(0)} MiB`);
process.exitCode = missed || peakMiB > TARGET.peakMiB ? 1 : 0;
