import type { Cell, Row } from "./tally.ts";

const short = (name: string): string => name.replace("reference+", "");

/** `step-down 3/3` for the properties of a cell, `·` where nothing failed, `?` where nothing could be told. */
function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  const by = Object.keys(cell.by);
  if (by.length > 0) return `${cell.failed}/${cell.trials} ${by.join(", ")}`;
  return cell.unknown === cell.trials ? "?" : "·";
}

function convictionText({ conviction }: Row): string {
  if (conviction === undefined) return "";
  return `${conviction.trials} ${conviction.trials === 1 ? "trial" : "trials"}, ${conviction.seconds.toFixed(conviction.seconds < 10 ? 1 : 0)} s`;
}

/** The command that shows the best conviction again; exit status 1. */
function commandOf({ best, elector }: Row, cluster: string): string {
  if (best === undefined) return "";
  const where = cluster === "embedded" ? "" : ` --cluster ${cluster}`;
  return `\`npm run scenario ${best.scenario} -- --elector ${elector} --seed ${best.seed}${where}\``;
}

const table = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");

const ruled = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  table([head, head.map(() => "---"), ...rows]);

/** Who was convicted by what, how soon, and by which command; in Markdown. */
export const convictions = (rows: readonly Row[], cluster: string): string =>
  ruled(
    ["deviation", "convicted by", "median to conviction", "command"],
    rows
      .filter(({ kind }) => kind === "mutant")
      .map((row) => [
        short(row.elector),
        row.best?.property ?? `**${row.outcome}**`,
        convictionText(row),
        commandOf(row, cluster),
      ]),
  );

/** Mutant × scenario × property, in Markdown: a row each, with the scenarios in which something failed. */
export const matrix = (rows: readonly Row[], scenarios: readonly string[]): string =>
  ruled(
    ["deviation", "scenario: trials that failed, and by what"],
    rows
      .filter(({ kind }) => kind === "mutant")
      .map((row) => [
        short(row.elector),
        scenarios
          .flatMap((scenario) => {
            const cell = row.cells[scenario];
            return cell && cell.failed > 0 ? [`${scenario}: ${cellText(cell)}`] : [];
          })
          .join("; ") || "–",
      ]),
  );

const spreadText = ({ pollSpreadMs }: Row): string =>
  pollSpreadMs === undefined ? "" : `${pollSpreadMs.toFixed(0)} ms`;

/** Who was to be acquitted, by scenario: trials, and those that stayed unknown; in Markdown. */
export const acquittals = (rows: readonly Row[], scenarios: readonly string[]): string => {
  const judged = rows.filter(({ kind }) => kind !== "mutant");
  return ruled(
    ["scenario", ...judged.map(({ elector }) => elector)],
    [
      ...scenarios.map((scenario) => [
        scenario,
        ...judged.map(({ cells }) => {
          const cell = cells[scenario];
          if (cell === undefined) return "";
          if (cell.failed > 0) return `**${cellText(cell)}**`;
          const passed = cell.trials - cell.unknown;
          return `${passed} passed${cell.unknown > 0 ? `, ${cell.unknown} unknown` : ""}`;
        }),
      ]),
      ["spread of a standby's polls, median", ...judged.map(spreadText)],
    ],
  );
};

/** The whole matrix for a terminal and for docs/track-record.md. */
export const document = (
  rows: readonly Row[],
  { scenarios, cluster }: { readonly scenarios: readonly string[]; readonly cluster: string },
): string => [convictions(rows, cluster), matrix(rows, scenarios), acquittals(rows, scenarios)].join("\n\n");
