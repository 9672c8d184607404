/** mutant: must be convicted by a property that names its sin. measure: a deviation that is no failure. right: neither. */
export type Subject = {
  readonly name: string;
  readonly kind: "mutant" | "measure" | "right";
  /** The properties that name its sin, the most direct first. */
  readonly named: readonly string[];
};

/** What one trial showed. */
export type Sighting = {
  readonly elector: string;
  readonly scenario: string;
  readonly seed: number;
  /** Which of the repetitions it belongs to, and its place in the order that this one tried the scenarios in. */
  readonly sweep: number;
  readonly place: number;
  readonly verdict: "pass" | "fail" | "unknown";
  /** Properties that failed, as the trial told them; those that the elector's known limits admit are left out. */
  readonly failed: readonly string[];
  readonly reason: string;
  readonly seconds: number;
  readonly measures: Readonly<Record<string, readonly number[]>>;
};

export type Outcome = "convicted" | "misnamed" | "escaped" | "acquitted" | "accused" | "unseen";

export type Row = {
  readonly elector: string;
  readonly kind: Subject["kind"];
  readonly outcome: Outcome;
  /** Trials and failures by scenario, and how often each property failed, the first told first. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Medians over the sweeps that convicted; undefined where none did. */
  readonly conviction?: { readonly trials: number; readonly seconds: number; readonly sweeps: number };
  /** The conviction that shows the sin best: by its most direct property, in the shortest trial. */
  readonly best?: { readonly scenario: string; readonly seed: number; readonly property: string };
  /** The median of the standbys' spread of polls, in ms. */
  readonly pollSpreadMs?: number;
};

export type Cell = {
  readonly trials: number;
  readonly failed: number;
  readonly unknown: number;
  readonly by: Readonly<Record<string, number>>;
};

export const medianOf = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return sorted.length === 0 ? undefined : (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
};

/** Whether a trial convicts by a property that names the sin. */
export const convicts = (subject: Subject, { failed }: Sighting): boolean =>
  failed.some((property) => subject.named.includes(property));

/** The trials of a sweep up to the first that convicts, in the order tried; undefined where none does. */
export function untilConviction(subject: Subject, sweep: readonly Sighting[]): readonly Sighting[] | undefined {
  const ordered = sweep.toSorted((a, b) => a.place - b.place);
  const first = ordered.findIndex((sighting) => convicts(subject, sighting));
  return first === -1 ? undefined : ordered.slice(0, first + 1);
}

function cellsOf(own: readonly Sighting[]): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const [scenario, sightings] of Map.groupBy(own, (sighting) => sighting.scenario)) {
    const by: Record<string, number> = {};
    for (const property of sightings.flatMap((sighting) => sighting.failed)) by[property] = (by[property] ?? 0) + 1;
    const count = (verdict: Sighting["verdict"]) => sightings.filter((sighting) => sighting.verdict === verdict).length;
    cells[scenario] = { trials: sightings.length, failed: count("fail"), unknown: count("unknown"), by };
  }
  return cells;
}

function outcomeOf(subject: Subject, own: readonly Sighting[]): Outcome {
  if (own.length === 0) return "unseen";
  const failed = own.filter((sighting) => sighting.verdict === "fail");
  if (subject.kind !== "mutant") {
    if (failed.length > 0) return "accused";
    return own.some(({ verdict }) => verdict === "pass") ? "acquitted" : "unseen";
  }
  if (own.some((sighting) => convicts(subject, sighting))) return "convicted";
  return failed.length > 0 ? "misnamed" : "escaped";
}

function bestOf(subject: Subject, own: readonly Sighting[]): Row["best"] {
  const rank = (sighting: Sighting): number =>
    subject.named.findIndex((property) => sighting.failed.includes(property));
  const [best] = own
    .filter((sighting) => convicts(subject, sighting))
    .toSorted((a, b) => rank(a) - rank(b) || a.seconds - b.seconds);
  return best && { scenario: best.scenario, seed: best.seed, property: subject.named[rank(best)]! };
}

/** One subject's row of the matrix. */
export function rowOf(subject: Subject, sightings: readonly Sighting[]): Row {
  const own = sightings.filter((sighting) => sighting.elector === subject.name);
  const sweeps = [...Map.groupBy(own, (sighting) => sighting.sweep).values()].flatMap((sweep) => {
    const tried = untilConviction(subject, sweep);
    return tried ? [{ trials: tried.length, seconds: tried.reduce((sum, { seconds }) => sum + seconds, 0) }] : [];
  });
  const trials = medianOf(sweeps.map((sweep) => sweep.trials));
  const seconds = medianOf(sweeps.map((sweep) => sweep.seconds));
  const best = bestOf(subject, own);
  const pollSpreadMs = medianOf(own.flatMap((sighting) => sighting.measures["standbyPollSpreadMs"] ?? []));
  return {
    elector: subject.name,
    kind: subject.kind,
    outcome: outcomeOf(subject, own),
    cells: cellsOf(own),
    ...(trials === undefined || seconds === undefined
      ? {}
      : { conviction: { trials, seconds, sweeps: sweeps.length } }),
    ...(best ? { best } : {}),
    ...(pollSpreadMs === undefined ? {} : { pollSpreadMs }),
  };
}

/** The scenarios under which no trial could tell anything. */
const unjudged = ({ cells }: Row): readonly string[] =>
  Object.entries(cells)
    .filter(([, { trials, unknown }]) => trials === unknown)
    .map(([scenario]) => scenario);

/**
 * Why the matrix does not hold, a sentence each: a mutant that escaped or was convicted of something else only, an
 * accusation of a right elector or of a measure, a scenario of theirs in which no trial could tell anything, standbys in
 * step that the measure does not tell from those that are not.
 */
export function faultsOf(rows: readonly Row[]): readonly string[] {
  const spread = medianOf(rows.flatMap((row) => (row.kind === "right" ? (row.pollSpreadMs ?? []) : [])));
  return rows.flatMap((row) => {
    const cells = Object.entries(row.cells).filter(([, { failed }]) => failed > 0);
    const where = cells.map(([scenario, { by }]) => `${scenario} (${Object.keys(by).join(", ")})`).join(", ");
    switch (row.outcome) {
      case "escaped":
        return [`${row.elector} escaped`];
      case "misnamed":
        return [`${row.elector} was convicted only by what does not name its sin: ${where}`];
      case "accused":
        return [`${row.elector} was accused: ${where}`];
      case "unseen":
        return [`${row.elector} was never judged`];
      case "acquitted":
        return [
          ...unjudged(row).map((scenario) => `${row.elector} was never judged under ${scenario}`),
          ...(row.kind === "measure" && !(spread !== undefined && (row.pollSpreadMs ?? Infinity) < spread / 4)
            ? [`${row.elector}'s standbys poll in step, and the measure does not show it`]
            : []),
        ];
      case "convicted":
        return [];
      default:
        throw row.outcome satisfies never;
    }
  });
}
