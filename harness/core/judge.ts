import { messageOf } from "./errors.ts";
import type { ElectorProfile } from "./elector.ts";
import type { Property } from "./property.ts";
import type { Figures } from "./measures.ts";
import { noticeMeasures } from "./notices.ts";
import { standbyPollSpreads } from "./polls.ts";
import { isWrite } from "./reading.ts";
import type { Measures, NotJudged } from "./run.ts";
import { toMicros } from "./time.ts";
import { type Hazard, type PropertyResult, type Verdict, worst } from "./verdict.ts";
import type { View } from "./view.ts";

/** A trial judged: failures first, of them those that show the deviation itself; then in the scenario's order. */
export type Judgement = {
  readonly results: readonly PropertyResult[];
  /** Properties that the elector, or this trial, gave nothing to judge by. */
  readonly notJudged: readonly NotJudged[];
  readonly verdict: Verdict;
  readonly hazards: readonly Hazard[];
  readonly measures: Measures;
  /** Open cases by measure: they began and had not ended when the history did. */
  readonly censored: Readonly<Record<string, number>>;
  /** One sentence: why the verdict is what it is. */
  readonly reason: string;
};

/** A checker that throws judges nothing: unknown, with its stack. */
function evaluate(view: View, property: Property): PropertyResult {
  try {
    return { name: property.name, ...property.judge(view) };
  } catch (error) {
    const stack = error instanceof Error && error.stack ? error.stack : messageOf(error);
    return {
      name: property.name,
      verdict: "unknown",
      level: "L0",
      reason: `the checker threw: ${stack}`,
      witnesses: [],
      hazards: [],
    };
  }
}

/** In strict mode a hazard is a failure. */
function strictly(result: PropertyResult): PropertyResult {
  if (result.hazards.length === 0) return result;
  const witnesses = [
    ...result.witnesses,
    ...result.hazards.map(({ cause, property: _, ...witness }) => ({
      ...witness,
      summary: `${witness.summary} (a hazard, judged strictly: ${cause})`,
    })),
  ];
  const reason =
    result.verdict === "fail" ? result.reason : `judged strictly, a hazard fails: ${witnesses[0]!.summary}`;
  return { ...result, verdict: "fail", reason, witnesses };
}

const countsAs = (result: PropertyResult): Verdict => (result.known ? "pass" : result.verdict);

const orderOf = (result: PropertyResult): number => (countsAs(result) !== "fail" ? 2 : result.direct ? 0 : 1);

/** Requests and writes of all replicas a minute, and how far standbys' polls spread; nothing where no gate saw a call. */
function costs(view: View): Figures {
  const first = Math.min(view.lives[0]?.started ?? Infinity, view.calls[0]?.invoke.at ?? Infinity);
  const minutes = (view.end - first) / 60_000;
  if (view.calls.length === 0 || !(minutes > 0)) return {};
  const writes = view.calls.reduce((count, call) => count + (isWrite(call.invoke) ? 1 : 0), 0);
  const rate = (count: number) => Math.round((count / minutes) * 100) / 100;
  const spreads = standbyPollSpreads(view);
  return {
    apiRequestsPerMinute: [rate(view.calls.length)],
    apiWritesPerMinute: [rate(writes)],
    ...(spreads.length > 0 ? { standbyPollSpreadMs: spreads.map(toMicros) } : {}),
  };
}

function reasonOf(results: readonly PropertyResult[], hazards: readonly Hazard[], verdict: Verdict): string {
  const cause = results.find((result) => countsAs(result) === verdict);
  if (!cause) return "no property was judged";
  if (verdict !== "pass") return `${cause.name}: ${cause.reason}`;
  const known = results.filter((result) => result.known).map((result) => result.name);
  const notes = [
    ...(known.length > 0 ? [`known limits: ${known.join(", ")}`] : []),
    ...(hazards.length > 0 ? [`${hazards.length} hazard${hazards.length > 1 ? "s" : ""}`] : []),
  ];
  const held = results.length - known.length;
  return `${held === 1 ? "the property holds" : `all ${held} properties hold`}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
}

/** What is admitted of this scenario, and of every one (`"*"`). */
const limitsOf = (known: ElectorProfile["knownLimits"], scenario: string): readonly string[] => [
  ...(known[scenario] ?? []),
  ...(known["*"] ?? []),
];

/**
 * Judges a view by every property: fail > unknown > pass, nothing judged is unknown. Properties that the view's header
 * calls incidental are left out where the trial gave no occasion to judge them. A failure that the elector's knownLimits
 * admit for this scenario is marked `known` and counts as pass; `strict` lifts that and fails hazards.
 */
export function judge(
  view: View,
  properties: readonly Property[],
  options: { readonly strict?: boolean } = {},
): Judgement {
  const { elector, scenario } = view.header;
  const limits = options.strict ? [] : limitsOf(elector.knownLimits ?? {}, scenario);
  const notJudged: NotJudged[] = [];
  const applicable = properties.filter((property) => {
    const reason = property.inapplicable?.(view);
    if (reason !== undefined) notJudged.push({ name: property.name, reason });
    return reason === undefined;
  });
  const incidental = new Set(view.header.incidental);
  const results = applicable
    .map((property) => evaluate(view, property))
    .filter((result) => {
      const left = result.idle === true && incidental.has(result.name);
      if (left) notJudged.push({ name: result.name, reason: result.reason });
      return !left;
    })
    .map((result) => (options.strict ? strictly(result) : result))
    .map((result) => (result.verdict === "fail" && limits.includes(result.name) ? { ...result, known: true } : result))
    .toSorted((a, b) => orderOf(a) - orderOf(b));
  const hazards = results.flatMap((result) => result.hazards);
  const verdict = worst(results.map(countsAs));
  const measures: Record<string, readonly number[]> = {};
  const censored: Record<string, number> = {};
  for (const result of results) {
    for (const [name, values] of Object.entries(result.measures ?? {}))
      measures[name] = measures[name]?.concat(values) ?? values;
    for (const [name, count] of Object.entries(result.censored ?? {})) censored[name] = (censored[name] ?? 0) + count;
  }
  const reason = reasonOf(results, hazards, verdict);
  return {
    results,
    notJudged,
    verdict,
    hazards,
    measures: { ...measures, ...noticeMeasures(view), ...costs(view) },
    censored,
    reason,
  };
}
