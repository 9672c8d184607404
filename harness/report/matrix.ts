import type { MeasureSummary, RunDocument } from "../core/run.ts";
import type { Verdict } from "../core/verdict.ts";
import { worst } from "../core/verdict.ts";
import { formatMillis } from "../core/time.ts";
import { colourOf, type Paint } from "./paint.ts";
import { clip, plainText } from "./safe.ts";
import { firstFailure, summariseProperties } from "./summary.ts";
import { formatMeasure, plural, sign } from "./words.ts";

export const MATRIX_FORMAT = "interregnum.matrix/1";

/** One elector under one scenario: its run, or why there is none. */
export type MatrixEntry = { readonly elector: string; readonly scenario: string } & (
  | { readonly run: RunDocument; readonly folder?: string }
  | { readonly skipped: string }
);

export type MatrixCell = {
  readonly elector: string;
  readonly scenario: string;
  readonly verdict: Verdict | null;
  /** Why there is no verdict. */
  readonly skipped: string | null;
  /** The first property that failed, else the first that stayed unknown. */
  readonly property: string | null;
  readonly failoverP50Ms: number | null;
  /** Total of the overlaps' least and most over all trials' hazards; null where there was none. */
  readonly hazardOverlapMs: { readonly least: number; readonly most: number } | null;
  readonly requestsPerMinute: number | null;
  readonly folder: string | null;
};

export type MatrixDocument = {
  readonly format: typeof MATRIX_FORMAT;
  readonly verdict: Verdict;
  readonly electors: readonly string[];
  readonly scenarios: readonly string[];
  readonly cells: readonly MatrixCell[];
};

const p50 = (summary: MeasureSummary | undefined): number | null =>
  summary === undefined || summary.count === 0 ? null : summary.p50;

function hazardOverlap(run: RunDocument): MatrixCell["hazardOverlapMs"] {
  const overlaps = run.trials.flatMap((trial) => trial.hazards.flatMap((hazard) => hazard.overlap ?? []));
  if (overlaps.length === 0) return null;
  return {
    least: overlaps.reduce((sum, overlap) => sum + overlap.least, 0),
    most: overlaps.reduce((sum, overlap) => sum + overlap.most, 0),
  };
}

function cellOf(entry: MatrixEntry): MatrixCell {
  const where = { elector: entry.elector, scenario: entry.scenario };
  if ("skipped" in entry) {
    const none = { property: null, failoverP50Ms: null, hazardOverlapMs: null, requestsPerMinute: null, folder: null };
    return { ...where, verdict: null, skipped: entry.skipped, ...none };
  }
  const { run } = entry;
  const telling = summariseProperties(run).find((property) => property.verdict === "unknown")?.name ?? null;
  return {
    ...where,
    verdict: run.verdict,
    skipped: null,
    property: run.verdict === "pass" ? null : (firstFailure(run)?.result.name ?? telling),
    failoverP50Ms: p50(run.measures["failoverMs"]),
    hazardOverlapMs: hazardOverlap(run),
    requestsPerMinute: p50(run.measures["apiRequestsPerMinute"]),
    folder: entry.folder ?? null,
  };
}

/** `compare`'s JSON document: electors and scenarios in the order first met, a cell for each entry. */
export function matrixDocument(entries: readonly MatrixEntry[]): MatrixDocument {
  const cells = entries.map(cellOf);
  return {
    format: MATRIX_FORMAT,
    verdict: worst(cells.flatMap((cell) => cell.verdict ?? [])),
    electors: [...new Set(cells.map((cell) => cell.elector))],
    scenarios: [...new Set(cells.map((cell) => cell.scenario))],
    cells,
  };
}

type Line = { readonly text: string; readonly format?: Parameters<Paint>[0] };

/** A cell's lines: the verdict and what it is about; failover; then hazards and API cost. */
function linesOf(cell: MatrixCell | undefined): readonly Line[] {
  if (cell === undefined) return [{ text: "" }];
  if (cell.verdict === null)
    return [
      { text: "– skipped", format: "dim" },
      { text: cell.skipped ?? "", format: "dim" },
    ];
  const about = cell.property === null ? cell.verdict : `${cell.verdict}: ${cell.property}`;
  const overlap = cell.hazardOverlapMs;
  return [
    { text: `${sign[cell.verdict]} ${about}`, format: colourOf[cell.verdict] },
    { text: `  failover ${formatMeasure("failoverMs", cell.failoverP50Ms)}` },
    ...(overlap === null ? [] : [{ text: `  ! hazard ${formatMillis(overlap.least)}`, format: "yellow" as const }]),
    { text: `  ${formatMeasure("requests", cell.requestsPerMinute)} requests/min`, format: "dim" },
  ];
}

const CELL_LIMIT = 34;
const fit = (text: string): string => clip(plainText(text), CELL_LIMIT);

/** `compare`'s table for a terminal: a row of lines per elector, a column per scenario, skipped cells by their reason. */
export function matrixTable(document: MatrixDocument, paint: Paint): string {
  const at = new Map(document.cells.map((cell) => [JSON.stringify([cell.elector, cell.scenario]), cell]));
  const rows = document.electors.map((elector) =>
    document.scenarios.map((scenario) => linesOf(at.get(JSON.stringify([elector, scenario])))),
  );
  const widths = document.scenarios.map((scenario, column) =>
    Math.max(fit(scenario).length, ...rows.flatMap((row) => row[column]!.map((line) => fit(line.text).length))),
  );
  const side = Math.max(0, ...document.electors.map((elector) => fit(elector).length));
  const head = document.scenarios.map((scenario, column) => paint("bold", fit(scenario).padEnd(widths[column]!)));
  const body = rows.flatMap((row, index) => {
    const height = Math.max(0, ...row.map((lines) => lines.length));
    const printed = Array.from({ length: height }, (_, line) => {
      const name = line === 0 ? fit(document.electors[index]!) : "";
      const cells = row.map((lines, column) => {
        const { text, format } = lines[line] ?? { text: "", format: undefined };
        const padded = fit(text).padEnd(widths[column]!);
        return format === undefined ? padded : paint(format, padded);
      });
      return `  ${paint("bold", name.padEnd(side))}   ${cells.join("   ")}`.trimEnd();
    });
    return [...printed, ""];
  });
  const counts = (["pass", "fail", "unknown"] as const)
    .map((verdict) => [verdict, document.cells.filter((cell) => cell.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => paint(colourOf[verdict], `${count} ${verdict}`));
  const foot = `  ${plural(document.cells.length, "cell")}: ${counts.join(", ") || "none judged"}`;
  return ["", `  ${"".padEnd(side)}   ${head.join("   ")}`.trimEnd(), "", ...body, foot, ""].join("\n");
}
