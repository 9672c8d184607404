import { colour } from "./draw-lane.ts";
import { escapeMarkup, px } from "./format.ts";
import { ROW, type Band, type Layout } from "./layout.ts";

function label(text: string, y: number, name: string, x: number = 0): string {
  return `<text class="label ${name}" x="${x}" y="${px(y)}" dy=".35em">${escapeMarkup(text)}</text>`;
}

const middle = (band: Band): number => band.y + Math.min(band.height, ROW - 3) / 2;

/** As much of a name as the label column has room for; its end tells replicas of one set apart. */
function shortened(text: string, width: number): string {
  const most = Math.floor(width / 7.7);
  return text.length <= most ? text : `…${text.slice(text.length - most + 1)}`;
}

/** The names of rows and lanes, left of the plot. */
export function drawLabels(layout: Layout): string {
  const rows = [
    ...(layout.findings.height > 0 ? [label("findings", middle(layout.findings), "row")] : []),
    ...(layout.faults.height > 0 ? [label("done to them", middle(layout.faults), "row")] : []),
    ...(layout.steps.height > 0 ? [label("step", middle(layout.steps), "row")] : []),
    ...layout.records.map((row) =>
      label(
        layout.records.length > 1 ? shortened(`record ${row.object}`, layout.left - 12) : "record",
        row.y + 11,
        "row",
      ),
    ),
    ...(layout.notices.height > 0 ? [label("Events", layout.notices.y + 7, "row")] : []),
  ];
  const lanes = layout.lanes.map((lane) => {
    const revisions = [...new Set(lane.replica.lives.map((life) => life.revision))].join(", ");
    const processes = lane.replica.lives.length > 1 ? `${lane.replica.lives.length} processes` : "";
    const under = [revisions, processes].filter((text) => text !== "").join(" · ");
    const y = lane.belief.y + lane.belief.height / 2;
    return (
      `<path class="lane-edge" d="M0 ${lane.y}H${layout.width}"/>` +
      `<rect x="0" y="${px(y - 6)}" width="4" height="12" rx="2" fill="${colour(lane.index)}"/>` +
      label(shortened(lane.replica.name, layout.left - 24), y, "name", 11) +
      label(shortened(under, layout.left - 18), lane.calls.y + 3, "under", 11)
    );
  });
  return rows.join("") + lanes.join("");
}
