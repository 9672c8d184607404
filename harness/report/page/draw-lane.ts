import type { PageAct, PageCall, PageTrial } from "../page-types.ts";
import type { Band, Lane } from "./layout.ts";
import { lowerBound, type Scale } from "./scale.ts";
import { escapeMarkup, px, span, textWidth } from "./format.ts";

/** Replicas beyond these share colours again: eight that colour-blind readers can tell apart. */
export const COLOURS = 8;

export const colour = (index: number): string => (index < 0 ? "var(--nobody)" : `var(--r${index % COLOURS})`);

/** A rectangle cut to the plot; "" when it lies outside. At least `least` pixels wide, so that nothing vanishes. */
export function block(
  scale: Scale,
  from: number,
  to: number,
  band: Band,
  attributes: string,
  least: number = 1,
): string {
  const x1 = Math.max(scale.left - 4, scale.x(from));
  const x2 = Math.min(scale.right + 4, Math.max(scale.x(to), scale.x(from) + least));
  if (x2 <= x1 || x2 < scale.left || x1 > scale.right) return "";
  return `<rect x="${px(x1)}" y="${px(band.y)}" width="${px(x2 - x1)}" height="${px(band.height)}" ${attributes}/>`;
}

/** Text inside [from, to] where it fits, at the left edge of what is in view. */
export function inside(scale: Scale, from: number, to: number, band: Band, text: string, attributes: string): string {
  const x1 = Math.max(scale.left, scale.x(from)) + 5;
  const x2 = Math.min(scale.right, scale.x(to)) - 3;
  if (x2 - x1 < textWidth(text)) return "";
  return `<text x="${px(x1)}" y="${px(band.y + band.height / 2)}" dy=".35em" ${attributes}>${escapeMarkup(text)}</text>`;
}

/** Vertical ticks as one path; those that would fall on a pixel already drawn are left out. */
function tickPath(xs: readonly number[], y: number, height: number): string {
  let path = "";
  let last = -Infinity;
  for (const x of xs) {
    const place = Math.round(x * 2) / 2;
    if (place - last < 1) continue;
    last = place;
    path += `M${place} ${y}v${height}`;
  }
  return path;
}

/** Calls as ticks, one path to a kind: reads low and light, writes taller, failures and unknown ends at full height. */
export function drawCalls(trial: PageTrial, lane: Lane, scale: Scale): string {
  const kinds: Record<"read" | "write" | "fail" | "info", number[]> = { read: [], write: [], fail: [], info: [] };
  const calls: readonly PageCall[] = lane.replica.calls;
  const start = lowerBound(calls, scale.shown.from, (call) => call[0]);
  for (let index = start; index < calls.length; index += 1) {
    const call = calls[index]!;
    if (call[0] > scale.shown.to) break;
    const outcome = call[3];
    const kind =
      outcome === 1 ? "fail" : outcome !== 0 ? "info" : trial.requests[call[2]]?.write === true ? "write" : "read";
    kinds[kind].push(scale.x(call[0]));
  }
  const { y, height } = lane.calls;
  const shares = { read: 0.5, write: 0.8, info: 1, fail: 1 } as const;
  return (["read", "write", "info", "fail"] as const)
    .map((kind) => {
      const tall = height * shares[kind];
      const path = tickPath(kinds[kind], y + height - tall, tall);
      return path === "" ? "" : `<path class="call ${kind}" d="${path}"/>`;
    })
    .join("");
}

/** Acts as dots, filled when the witness accepted them; merged where they would cover one another. */
export function drawActs(lane: Lane, scale: Scale): string {
  if (lane.acts.height === 0) return "";
  const acts: readonly PageAct[] = lane.replica.acts;
  const middle = px(lane.acts.y + lane.acts.height / 2);
  const last: [number, number] = [-Infinity, -Infinity];
  let drawn = "";
  for (let index = lowerBound(acts, scale.shown.from, (act) => act[1]); index < acts.length; index += 1) {
    const act = acts[index]!;
    if (act[1] > scale.shown.to) break;
    const x = scale.x(act[1]);
    if (x - last[act[3]] < 3) continue;
    last[act[3]] = x;
    drawn += `<circle cx="${px(x)}" cy="${middle}" r="3" class="act ${act[3] === 1 ? "accepted" : "rejected"}"/>`;
    const name = act[4]?.split(" ").at(2);
    const until = acts[index + 1]?.[1] ?? scale.shown.to;
    if (name !== undefined) drawn += inside(scale, act[1], until, lane.acts, name, 'class="act-name"');
  }
  return `<g style="color:${colour(lane.index)}">${drawn}</g>`;
}

/** The process behind a lane: from its start to its end, SIGTERM and exit marked. */
function drawLives(lane: Lane, scale: Scale, end: number): string {
  return lane.replica.lives
    .map((life) => {
      const over = life.exited?.at ?? end;
      const { y, height } = lane.life;
      const marks: string[] = [];
      const tick = (at: number, name: string, text: string): void => {
        const x = scale.x(at);
        if (x < scale.left || x > scale.right) return;
        const told = `<text class="marked" x="${px(x + 4)}" y="${px(y + height + 5)}">${escapeMarkup(text)}</text>`;
        marks.push(`<path class="mark ${name}" d="M${px(x)} ${y - 4}v${height + 8}"/>${told}`);
      };
      const { terminating, exited } = life;
      const exit = exited === undefined ? "" : (exited.signal ?? `exit ${exited.code ?? "?"}`);
      // two marks too close for two texts share one
      const near = terminating !== undefined && exited !== undefined && scale.x(exited.at) - scale.x(terminating) < 48;
      if (terminating !== undefined) tick(terminating, "term", near ? "" : "SIGTERM");
      if (exited !== undefined) tick(exited.at, "exit", near ? `SIGTERM, ${exit}` : exit);
      return block(scale, life.started, over, lane.life, 'class="life"') + marks.join("");
    })
    .join("");
}

/** What a replica said: core solid, hull hatched, doubt outlined; lost observation and contention beside it. */
function drawBelief(lane: Lane, scale: Scale): string {
  const many = lane.replica.lives.length > 1;
  const tenures = lane.replica.tenures.map((tenure) => {
    const hull = block(
      scale,
      tenure.start.since,
      tenure.end.at,
      lane.belief,
      `class="hull" fill="url(#hatch-${lane.index % COLOURS})"`,
    );
    const certain = tenure.start.at <= tenure.end.since;
    if (!certain) return hull;
    const core = block(scale, tenure.start.at, tenure.end.since, lane.belief, 'class="core"', 1.5);
    const length = tenure.end.since - tenure.start.at;
    const term = `${many ? `#${tenure.incarnation} ` : ""}leads ${span(length)}${tenure.token === undefined ? "" : `, token ${tenure.token}`}`;
    return hull + core + inside(scale, tenure.start.at, tenure.end.since, lane.belief, term, 'class="on-core"');
  });
  const gaps = lane.replica.gaps.map(
    (gap) =>
      block(scale, gap.since, gap.at, lane.belief, 'class="gap"') +
      inside(scale, gap.since, gap.at, lane.belief, "not observed", 'class="quiet"'),
  );
  const stalls = lane.replica.stalls.map((stall) =>
    block(scale, stall.since, stall.at, { y: lane.life.y - 1, height: 5 }, 'class="stall"'),
  );
  const unpaired = lane.replica.unpaired.map((statement) => {
    const x = scale.x(statement.at);
    if (x < scale.left || x > scale.right) return "";
    return `<text class="unpaired" x="${px(x)}" y="${px(lane.belief.y + 14)}" text-anchor="middle">${
      statement.kind === "claim" ? "▲" : "▽"
    }</text>`;
  });
  return `<g style="color:${colour(lane.index)}">${tenures.join("")}</g>${gaps.join("")}${stalls.join("")}${unpaired.join("")}`;
}

/** Polled answers as small marks on the belief: filled for yes. */
function drawAnswers(lane: Lane, scale: Scale): string {
  const yes: number[] = [];
  const no: number[] = [];
  for (const answer of lane.replica.answers) {
    if (answer[1] < scale.shown.from || answer[1] > scale.shown.to) continue;
    (answer[2] === 1 ? yes : no).push(scale.x(answer[1]));
  }
  const { y, height } = lane.belief;
  const paths = [
    { kind: "yes", path: tickPath(yes, y + height - 1, 4) },
    { kind: "no", path: tickPath(no, y + height - 1, 3) },
  ];
  return paths.map(({ kind, path }) => (path === "" ? "" : `<path class="answer ${kind}" d="${path}"/>`)).join("");
}

export const drawLane = (trial: PageTrial, lane: Lane, scale: Scale): string =>
  drawLives(lane, scale, trial.end) +
  drawBelief(lane, scale) +
  drawAnswers(lane, scale) +
  drawCalls(trial, lane, scale) +
  drawActs(lane, scale);
