import type { PageRecord, PageTrial } from "../page-types.ts";
import { block, colour, inside } from "./draw-lane.ts";
import { px } from "./format.ts";
import type { Layout } from "./layout.ts";
import type { Scale } from "./scale.ts";

/** Who the record names: solid while it is valid, faint once expired, dashed when vacant; renewals as ticks, edits by a fault marked. */
export function drawRecord(row: Layout["records"][number], trial: PageTrial, scale: Scale): string {
  const records = trial.records.filter((record) => record.object === row.object);
  const bar = { y: row.y + 4, height: 13 };
  let ticksDrawn = "";
  let lastTick = -Infinity;
  const stretches: { readonly head: PageRecord; to: number; until: number | null }[] = [];
  for (const record of records) {
    const open = stretches.at(-1);
    const x = scale.x(record.at);
    if (record.holder && x - lastTick >= 1 && x >= scale.left && x <= scale.right) {
      ticksDrawn += `M${px(x)} ${bar.y + bar.height}v4`;
      lastTick = x;
    }
    if (open !== undefined) open.to = record.at;
    if (open !== undefined && open.head.holder === record.holder && open.until !== null && open.until >= record.at)
      open.until = record.until;
    else stretches.push({ head: record, to: trial.end, until: record.until });
  }
  const drawn = stretches.map(({ head, to, until }) => {
    if (!head.holder) {
      const text = head.holder === undefined ? "deleted" : "nobody";
      return block(scale, head.at, to, bar, 'class="vacant"') + inside(scale, head.at, to, bar, text, 'class="quiet"');
    }
    const valid = until === null ? to : Math.min(until, to);
    const held = block(scale, head.at, valid, bar, 'class="held"');
    const stale = to > valid ? block(scale, valid, to, bar, 'class="expired"') : "";
    const holder = inside(scale, head.at, valid, bar, head.holder, 'class="on-core small"');
    const expired = to > valid ? inside(scale, valid, to, bar, "expired", 'class="quiet"') : "";
    return `<g style="color:${colour(head.replica)}">${held}${stale}${holder}${expired}</g>`;
  });
  const edited = records
    .filter((record) => record.fault !== undefined)
    .map((record) => block(scale, record.at, record.at, row, 'class="edited"', 2));
  return `${drawn.join("")}${edited.join("")}<path class="renewal" d="${ticksDrawn}"/>`;
}

/** LeaderElection Events as flags in the colour of whom they name; each with its text where there is room to the next. */
export function drawNotices(trial: PageTrial, layout: Layout, scale: Scale): string {
  const { y, height } = layout.notices;
  if (height === 0) return "";
  const flags = trial.notices.map(({ at, replica, text }, index) => {
    const x = scale.x(at);
    if (x < scale.left || x > scale.right) return "";
    const flag = `<path d="M${px(x)} ${y + height}v-${height}l7 3.5l-7 3.5" class="notice"/>`;
    const until = trial.notices[index + 1]?.at ?? trial.end;
    const said = text.replace(/^.* (?=became leader$|stopped leading$)/, "");
    return `<g style="color:${colour(replica)}">${flag}</g>${inside(scale, at, until, { y: y - 1, height: 10 }, `  ${said}`, 'class="quiet" dx="6"')}`;
  });
  return flags.join("");
}
