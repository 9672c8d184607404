import type { PageFinding, PageTrial } from "../page-types.ts";
import { escapeMarkup, px, textWidth } from "./format.ts";
import { block, colour, COLOURS, drawLane, inside } from "./draw-lane.ts";
import { drawLabels } from "./draw-labels.ts";
import { drawNotices, drawRecord } from "./draw-record.ts";
import { ROW, stack, type Band, type Lane, type Layout } from "./layout.ts";
import { ticks, type Scale } from "./scale.ts";

const hatch = (id: string, ink: string): string =>
  `<pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
  `<rect width="6" height="6" fill="${ink}" opacity=".16"/><rect width="2.4" height="6" fill="${ink}" opacity=".75"/></pattern>`;

function definitions(layout: Layout): string {
  const patterns = Array.from({ length: COLOURS }, (_, index) => hatch(`hatch-${index}`, colour(index)));
  const width = layout.right - layout.left;
  return `<defs>${patterns.join("")}${hatch("hatch-stall", "var(--muted)")}<clipPath id="plot"><rect x="${layout.left}" y="0" width="${width}" height="${layout.height}"/></clipPath></defs>`;
}

function drawAxis(layout: Layout, scale: Scale): string {
  const { at, decimals } = ticks(scale.shown, (layout.right - layout.left) / 90);
  return at
    .map((instant) => {
      const x = px(scale.x(instant));
      const label = (instant / 1000).toFixed(decimals);
      return `<path class="grid" d="M${x} ${layout.plot.y}V${layout.height}"/><text class="tick" x="${x}" y="${layout.axis.y + 16}">${label} s</text>`;
    })
    .join("");
}

type Labelled = { readonly from: number; readonly to: number; readonly text: string; readonly name: string };

/** Bands with their names, stacked into a row's lines; the text starts in view even when its band began before. */
function drawBands(bands: readonly Labelled[], row: Band, scale: Scale): string {
  const seen = bands.filter((band) => band.to >= scale.shown.from && band.from <= scale.shown.to);
  const places = seen.map((band) => {
    const x = Math.max(scale.left, scale.x(band.from));
    const width = textWidth(band.text) * 1.1 + 14;
    // a short band near the right edge keeps its text in view
    const start = Math.min(x, Math.max(scale.left, scale.right - width));
    return { x: start, right: Math.max(Math.min(scale.right, scale.x(band.to)), start + width) };
  });
  const rows = stack(places, Math.round(row.height / ROW));
  return seen
    .map((band, index) => {
      const line = rows[index]!;
      if (line < 0) return "";
      const place = places[index]!;
      const box = { y: row.y + line * ROW, height: ROW - 3 };
      const pill = `<rect class="pill" x="${px(place.x)}" y="${box.y}" width="${px(place.right - place.x)}" height="${box.height}" rx="3"/>`;
      const text = `<text class="pill-text" x="${px(place.x + 6)}" y="${px(box.y + box.height / 2)}" dy=".35em">${escapeMarkup(band.text)}</text>`;
      return `<g class="${band.name}">${pill}${text}</g>`;
    })
    .join("");
}

function faultBands(trial: PageTrial): readonly Labelled[] {
  const faults = trial.faults.map((fault) => ({
    from: fault.from,
    to: fault.to ?? trial.end,
    text: `${fault.name}${fault.targets.length === 0 ? "" : ` → ${fault.targets.join(", ")}`}${fault.unproven === null ? "" : " (unproven)"}`,
    name: "fault",
  }));
  const rollouts = trial.rollouts.map((rollout) => ({ ...rollout, to: rollout.to ?? trial.end, name: "rollout" }));
  return [...faults, ...rollouts].toSorted((a, b) => a.from - b.from);
}

/** Light over the whole plot, and stronger over the lanes of those it was aimed at. */
function drawFaultLight(trial: PageTrial, layout: Layout, scale: Scale): string {
  return trial.faults
    .map((fault) => {
      const to = fault.to ?? trial.end;
      const lanes = layout.lanes.filter((lane) => fault.targets.includes(lane.replica.name));
      const targets = lanes.map((lane) => block(scale, fault.from, to, lane, 'class="fault-lane"', 2));
      return block(scale, fault.from, to, layout.plot, 'class="fault-light"', 2) + targets.join("");
    })
    .join("");
}

const findingName = (finding: PageFinding): string =>
  finding.overlap === null
    ? finding.property
    : `${finding.kind === "hazard" ? "hazard: " : ""}${finding.property === "at-most-one-effect" ? "both acted" : "both led"} ${finding.overlap}`;

/** From the first to the last lane it concerns: who it happened between is seen at once. */
function findingSpan(finding: PageFinding, lanes: readonly Lane[]): Band | undefined {
  const concerned = lanes.filter((lane) => finding.replicas.includes(lane.replica.name));
  const first = concerned[0];
  const last = concerned.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const y = first.belief.y - 4;
  return { y, height: last.belief.y + last.belief.height + 4 - y };
}

/** Light behind everything, so that the lanes keep their colours; of many findings only the first, or it would glare. */
const drawFindingLight = (trial: PageTrial, layout: Layout, scale: Scale): string =>
  [trial.findings.find((finding) => finding.overlap !== null) ?? trial.findings[0]]
    .filter((finding) => finding !== undefined)
    .map((finding) => block(scale, finding.from, finding.to, layout.plot, `class="finding-light ${finding.kind}"`, 2))
    .join("");

/** A frame before everything, from lane to lane. */
const drawFindingFrames = (trial: PageTrial, layout: Layout, scale: Scale): string =>
  trial.findings
    .map((finding, index) => {
      const lanes = findingSpan(finding, layout.lanes);
      if (lanes === undefined) return "";
      const attributes = `class="finding ${finding.kind}${finding.overlap === null ? "" : " overlap"}" data-finding="${index}"`;
      return block(scale, finding.from, finding.to, lanes, attributes, 3);
    })
    .join("");

function drawSteps(trial: PageTrial, layout: Layout, scale: Scale): string {
  return trial.steps
    .map((step) => {
      const x = scale.x(step.from);
      const line =
        x < scale.left || x > scale.right
          ? ""
          : `<path class="step-edge" d="M${px(x)} ${layout.steps.y}v${layout.steps.height}"/>`;
      return line + inside(scale, step.from, step.to, layout.steps, step.text, 'class="quiet"');
    })
    .join("");
}

/** A trial's timeline as SVG markup. Pure; at most a few elements a pixel, however many events there are. */
export function drawTimeline(trial: PageTrial, layout: Layout, scale: Scale): string {
  const findings = trial.findings.map((finding) => ({
    from: finding.from,
    to: finding.to,
    text: findingName(finding),
    name: `finding-pill ${finding.kind}`,
  }));
  const stalls = trial.stalls.map((stall) => block(scale, stall.since, stall.at, layout.plot, 'class="stall-light"'));
  return [
    definitions(layout),
    drawAxis(layout, scale),
    `<g clip-path="url(#plot)">`,
    drawFaultLight(trial, layout, scale),
    drawFindingLight(trial, layout, scale),
    stalls.join(""),
    layout.records.map((row) => drawRecord(row, trial, scale)).join(""),
    drawNotices(trial, layout, scale),
    layout.lanes.map((lane) => drawLane(trial, lane, scale)).join(""),
    drawSteps(trial, layout, scale),
    drawFindingFrames(trial, layout, scale),
    drawBands(faultBands(trial), layout.faults, scale),
    drawBands(findings, layout.findings, scale),
    "</g>",
    drawLabels(layout),
  ].join("");
}

export const MAP_HEIGHT = 34;

/** The whole trial in one strip, what led when and what was found, with the window that is shown. */
export function drawMap(trial: PageTrial, whole: Scale, shown: { readonly from: number; readonly to: number }): string {
  const step = (MAP_HEIGHT - 8) / Math.max(1, trial.replicas.length);
  const lanes = trial.replicas.map((replica, index) => {
    const band = { y: 4 + index * step, height: Math.max(1.5, Math.min(5, step - 1)) };
    const cores = replica.tenures
      .filter((tenure) => tenure.start.at <= tenure.end.since)
      .map((tenure) => block(whole, tenure.start.at, tenure.end.since, band, `fill="${colour(index)}"`, 1.5));
    return cores.join("");
  });
  const all = { y: 0, height: MAP_HEIGHT };
  const faults = trial.faults.map((fault) =>
    block(whole, fault.from, fault.to ?? trial.end, all, 'class="fault-light"'),
  );
  const findings = trial.findings.map((finding) =>
    block(whole, finding.from, finding.to, all, `class="map-finding ${finding.kind}"`, 2),
  );
  const x1 = whole.x(shown.from);
  const x2 = Math.max(whole.x(shown.to), x1 + 4);
  const frame = `<rect class="map-window" x="${px(x1)}" y="0.5" width="${px(x2 - x1)}" height="${MAP_HEIGHT - 1}" rx="3"/>`;
  const veil =
    `<rect class="map-veil" x="${px(whole.left)}" y="0" width="${px(Math.max(0, x1 - whole.left))}" height="${MAP_HEIGHT}"/>` +
    `<rect class="map-veil" x="${px(x2)}" y="0" width="${px(Math.max(0, whole.right - x2))}" height="${MAP_HEIGHT}"/>`;
  return faults.join("") + lanes.join("") + findings.join("") + veil + frame;
}
