import type { HistoryHeader, LockRecord, Verb } from "../../../harness/core/events.ts";
import { clientGoProfile } from "../../../harness/core/elector.ts";
import type { MeasureSummary, RunDocument, TrialDocument } from "../../../harness/core/run.ts";
import { millis, toMicros, type Bounds } from "../../../harness/core/time.ts";
import type { Hazard, PropertyResult, Verdict, Witness } from "../../../harness/core/verdict.ts";
import type { Call, FaultWindow, Life, Tenure, View } from "../../../harness/core/view.ts";
import type { ActEvent, RecordEvent } from "../../../harness/core/events.ts";

/** What a made-up trial shows: a quiet takeover, an overlap without or with an excuse, or too little to say. */
export type Kind = "pass" | "fail" | "hazard" | "unknown";

export type Wish = {
  readonly kind: Kind;
  readonly index?: number;
  readonly seed?: number;
  /** Additional calls, spread evenly. */
  readonly calls?: number;
  /** Stands for text that others wrote: names, reasons, causes. */
  readonly words?: string;
};

const LEASE = 1500;
const RETRY = 250;
const END = 9000;
const names = ["demo-6d4f9-x2k7p", "demo-6d4f9-8qwzn", "demo-6d4f9-mm4tb"] as const;

const at = (since: number, seen: number = since): Bounds => ({ since: toMicros(since), at: toMicros(seen) });

const header = (wish: Wish): HistoryHeader => ({
  format: "interregnum.history/1",
  harness: "0.1.0",
  scenario: "partition-leader",
  elector: {
    name: wish.words ?? "reference",
    lock: "Lease",
    observe: "stdout",
    timing: { leaseDuration: millis(LEASE), renewDeadline: millis(1000), retryPeriod: millis(RETRY) },
    release: true,
    fencing: false,
    profile: clientGoProfile,
    knownLimits: {},
  },
  cluster: "embedded",
  seed: wish.seed ?? 7,
  trial: wish.index ?? 0,
  election: { kind: "Lease", namespace: "trial-0", name: "demo" },
  properties: ["at-most-one-leader", "failover", "rejoin"],
  minimum: { terms: 2, takeovers: 1, faults: 1 },
});

/** A pseudo-random number in [0, 1) from an integer: the synthetic history is the same on every run. */
const noise = (n: number): number => ((Math.imul(n + 1, 2654435761) >>> 0) % 9973) / 9973;

type Numbered = { next: number };

function call(
  number: Numbered,
  replica: string,
  asked: number,
  verb: Verb,
  end: Partial<NonNullable<Call["end"]>> & { took: number },
): Call {
  const { took, ...rest } = end;
  number.next += 1;
  return {
    invoke: {
      type: "invoke",
      at: toMicros(asked),
      call: number.next,
      replica,
      incarnation: 1,
      verb,
      resource: "leases",
      object: verb === "watch" ? "" : "demo",
    },
    end: {
      type: "ok",
      at: toMicros(asked + took),
      call: number.next,
      replica,
      incarnation: 1,
      status: 200,
      ...(verb === "update" ? { committed: at(asked + took * 0.2, asked + took * 0.8) } : {}),
      ...rest,
    },
  };
}

/** One replica's renewals in [from, to), and the record's changes that they make. */
function reign(
  number: Numbered,
  holder: string,
  from: number,
  to: number,
  transitions: number,
): { calls: Call[]; records: RecordEvent[] } {
  const calls: Call[] = [];
  const records: RecordEvent[] = [];
  for (let asked = from; asked < to; asked += RETRY * (1 + 0.05 * noise(asked))) {
    const took = 2 + 4 * noise(asked);
    const renewal = call(number, holder, asked, asked === from ? "create" : "update", { took });
    calls.push(renewal);
    const record: LockRecord = {
      holder,
      durationSeconds: LEASE / 1000,
      acquireTime: null,
      renewTime: null,
      transitions,
    };
    records.push({
      type: "record",
      ...at(asked + took * 0.3, asked + took),
      version: String(100 + number.next),
      object: "leases/demo",
      record,
    });
  }
  return { calls, records };
}

function polls(number: Numbered, replica: string, from: number, to: number, cut?: readonly [number, number]): Call[] {
  const calls: Call[] = [];
  for (let asked = from; asked < to; asked += RETRY * (1 + 1.2 * noise(asked + replica.length))) {
    const inside = cut !== undefined && asked >= cut[0] && asked < cut[1];
    if (inside) calls.push(call(number, replica, asked, "get", { took: 300, type: "info", status: 0, fault: "f1" }));
    else calls.push(call(number, replica, asked, "get", { took: 1 + 3 * noise(asked) }));
    if (inside) asked += 300;
  }
  return calls;
}

const act = (replica: string, when: number, accepted: boolean): ActEvent => ({
  type: "act",
  replica,
  incarnation: 1,
  ...at(when - 1.5, when),
  accepted,
});

const acts = (replica: string, from: number, to: number): ActEvent[] =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / 110)) }, (_, index) =>
    act(replica, from + 30 + index * 110, true),
  );

const tenure = (replica: string, start: Bounds, end: Bounds, ending: Tenure["ending"]): Tenure => ({
  replica,
  incarnation: 1,
  key: `${replica}#1`,
  start,
  end,
  ending,
});

function windows(wish: Wish): FaultWindow[] {
  const base = { id: "f1", targets: [names[0]], injected: toMicros(2480), healed: toMicros(6300) };
  const name = wish.words ?? "partition";
  if (wish.kind === "hazard")
    return [{ ...base, fault: wish.words ?? "pause", effect: "pause", landed: toMicros(2484) }];
  if (wish.kind === "unknown")
    return [{ ...base, fault: name, effect: "cut", unproven: wish.words ?? "the API still answered" }];
  return [{ ...base, fault: name, effect: "cut", landed: toMicros(2491) }];
}

/** The overlap that the kind's history holds, if any: [from, to] of both cores. */
const overlapOf = (kind: Kind): readonly [number, number] | undefined =>
  kind === "fail" ? [4152.4, 6391.2] : kind === "hazard" ? [4152.4, 4571.8] : undefined;

export function syntheticView(wish: Wish): View {
  const number: Numbered = { next: 0 };
  const overlap = overlapOf(wish.kind);
  const firstEnds = overlap?.[1] ?? 3461.7;
  const early = reign(number, names[0], 410, 2480, 0);
  const late = reign(number, names[1], 4146, END, 1);
  const fails = Array.from({ length: 4 }, (_, index) =>
    call(number, names[0], 2620 + index * 420, "update", { took: 400, type: "info", status: 0, fault: "f1" }),
  );
  const extra = Array.from({ length: wish.calls ?? 0 }, (_, index) => {
    const replica = names[index % 3]!;
    const when = (END * index) / (wish.calls ?? 1);
    return call(number, replica, when, index % 5 === 0 ? "update" : "get", {
      took: noise(index) * 8,
      ...(index % 97 === 0 ? { type: "fail" as const, status: 409 } : {}),
    });
  });
  const lives: Life[] = names.map((replica, index) => ({
    replica,
    incarnation: 1,
    key: `${replica}#1`,
    revision: "6d4f9",
    started: toMicros(100 + index * 35),
    ...(index === 2 ? { terminating: toMicros(7600), exited: { ...at(7712, 7715), code: 0, signal: null } } : {}),
  }));
  const ended: Tenure["ending"] = "disclaim";
  return {
    header: header(wish),
    end: toMicros(END),
    complete: true,
    lives,
    tenures: [
      tenure(names[0], at(412.1, 418.9), at(firstEnds, firstEnds + 21), ended),
      tenure(names[1], at((overlap?.[0] ?? 4152.4) - 9, overlap?.[0] ?? 4152.4), at(END), "open"),
      ...(wish.kind === "unknown"
        ? [
            {
              ...tenure(names[2], at(4600), at(5900), "gap"),
              end: at(4600, 5900),
              start: at(4600, 5900),
              possible: true as const,
            },
          ]
        : []),
    ],
    unpaired: [],
    answers: [],
    records: [...early.records, ...late.records],
    calls: [
      ...early.calls,
      ...fails,
      ...late.calls,
      ...polls(number, names[1], 300, 4140),
      ...polls(number, names[2], 330, 7600),
      ...polls(number, names[0], 4700, END, [4700, 6300]),
      ...extra,
    ],
    acts: [
      ...acts(names[0], 420, firstEnds),
      ...acts(names[1], 4160, END),
      ...(overlap ? [act(names[0], 5001, false)] : []),
    ],
    faults: windows(wish),
    stalls: [
      { type: "stall", ...at(1520, 1580), who: "harness", ms: 41 },
      { type: "stall", ...at(3100, 3190), who: { replica: names[1], incarnation: 1 }, ms: 63 },
    ],
    gaps:
      wish.kind === "unknown"
        ? [
            {
              type: "gap",
              ...at(4600, 5900),
              replica: names[2],
              incarnation: 1,
              reason: wish.words ?? "its pipe was full",
            },
          ]
        : [],
    rollouts: [],
  };
}

function witnessOf(kind: Kind, words: string | undefined): Witness | undefined {
  const overlap = overlapOf(kind);
  if (overlap === undefined) return undefined;
  const [from, to] = overlap;
  return {
    summary: words ?? `${names[0]}#1 and ${names[1]}#1 both said that they lead`,
    incarnations: [`${names[0]}#1`, `${names[1]}#1`],
    overlap: { least: to - from, most: to - from + 30 },
    from: toMicros(from),
    to: toMicros(to),
    evidence: [
      { at: toMicros(418.9), text: words ?? `${names[0]}#1 says that it leads` },
      { at: toMicros(from), text: `${names[1]}#1 says that it leads` },
      { at: toMicros(to), text: `${names[0]}#1 says that it does not lead` },
      { at: toMicros(2491), text: "partition landed: its own gate gave no answer for 250 ms" },
    ],
  };
}

function properties(wish: Wish): PropertyResult[] {
  const { kind, words } = wish;
  const witness = witnessOf(kind, words);
  const hazards: Hazard[] =
    kind === "hazard" && witness !== undefined
      ? [{ ...witness, property: "at-most-one-leader", cause: words ?? `pause of ${names[0]} for 3.82 s` }]
      : [];
  const verdict: Verdict = kind === "hazard" ? "pass" : kind;
  const reasons: Record<Kind, string> = {
    pass: "2 tenures, every pair certainly apart",
    fail: "two incarnations led at once while nothing excused it",
    hazard: "2 tenures; they overlapped only where a pause broke the contract",
    unknown: "one replica was not observed for 1.30 s",
  };
  const rest = { level: "L1" as const, witnesses: [], hazards: [] };
  return [
    {
      name: "at-most-one-leader",
      verdict,
      level: "L1",
      reason: words ?? reasons[kind],
      witnesses: kind === "fail" && witness !== undefined ? [witness] : [],
      hazards,
    },
    {
      name: "at-most-one-effect",
      verdict: kind === "fail" ? "fail" : "pass",
      level: "L3",
      reason: "61 acts, none interleaved",
      witnesses: [],
      hazards: [],
    },
    {
      name: "failover",
      verdict: "pass",
      ...rest,
      reason: "the next leader stood 1.67 s after the cut, 2.62 s allowed",
    },
    {
      name: "rejoin",
      verdict: kind === "unknown" ? "unknown" : "pass",
      ...rest,
      reason: kind === "unknown" ? "nobody lost a lease" : "the former leader contended again",
    },
  ];
}

export function syntheticTrial(wish: Wish): TrialDocument {
  const judged = properties(wish);
  const verdict: Verdict = wish.kind === "hazard" ? "pass" : wish.kind;
  const failover = 1400 + 500 * noise((wish.index ?? 0) + 11);
  return {
    index: wish.index ?? 0,
    seed: (wish.seed ?? 7) + (wish.index ?? 0),
    verdict,
    schedule: [
      { kind: "start", replicas: 3, strategy: { type: "Recreate" } },
      { kind: "settle", ms: millis(520.5) },
      { kind: "inject", fault: "partition", parameters: { target: "leader" }, ms: millis(3820) },
    ],
    properties: judged,
    notJudged: [{ name: "rejoin", reason: "nothing of it can be seen here" }],
    hazards: judged.flatMap((result) => result.hazards),
    measures: { failoverMs: [failover], leaderlessMs: [failover * 0.4], apiRequestsPerMinute: [412] },
    censored: {},
    reason: judged[0]!.reason,
    harnessMs: { start: 312.4, judge: 41.2 },
  };
}

function summary(values: readonly number[]): MeasureSummary {
  const sorted = values.toSorted((a, b) => a - b);
  const pick = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
  return {
    count: sorted.length,
    censored: 0,
    min: sorted[0]!,
    p50: pick(0.5),
    p95: pick(0.95),
    max: sorted.at(-1)!,
    interval: [pick(0.3), pick(0.7)],
  };
}

export type Synthetic = {
  readonly run: RunDocument;
  readonly trials: readonly { document: TrialDocument; view: () => View }[];
};

/** A run of made-up trials, consistent as far as a report can tell. */
export function syntheticRun(wishes: readonly Wish[]): Synthetic {
  const trials = wishes.map((wish, index) => ({
    document: syntheticTrial({ ...wish, index }),
    view: () => syntheticView({ ...wish, index }),
  }));
  const documents = trials.map(({ document }) => document);
  const verdicts = documents.map(({ verdict }) => verdict);
  const verdict: Verdict = verdicts.includes("fail") ? "fail" : verdicts.includes("unknown") ? "unknown" : "pass";
  const words = wishes.find((wish) => wish.words !== undefined)?.words;
  const of = (name: string): readonly number[] => documents.flatMap((document) => document.measures[name] ?? []);
  const run: RunDocument = {
    format: "interregnum.run/1",
    id: "20261122-174900-7",
    scenario: "partition-leader",
    elector: words ?? (verdict === "fail" ? "reference+no-deadline" : "reference"),
    cluster: "embedded",
    seed: 7,
    verdict,
    reason: words ?? `${documents.length} judged: ${verdict}`,
    trials: documents,
    measures: Object.fromEntries(
      ["failoverMs", "leaderlessMs", "apiRequestsPerMinute"].map((name) => [name, summary(of(name))]),
    ),
    thresholds: [{ expression: "failoverMs.p95<20s", value: 1830, crossed: false }],
    environment: { node: "v24.21.0", platform: "linux x64", cores: 2, note: words ?? "none" },
    replay: `npm run scenario partition-leader -- --elector ${words ?? "reference"} --seed 7`,
  };
  return { run, trials };
}
