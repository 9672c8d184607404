/** A moment as protobuf has it: whole seconds since 1970 and nanoseconds within them. */
export type Moment = { readonly seconds: number; readonly nanos: number };

/** Thrown for text that is no time; the message is Go's. */
export class TimeError extends Error {}

type Piece = readonly [layout: string, pattern: RegExp];
const datePieces: readonly Piece[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d\d/],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^\d\d?/],
  [":", /^:/],
  ["04", /^\d\d/],
  [":", /^:/],
  ["05", /^\d\d/],
];
const zone: Piece = ["Z07:00", /^(?:Z|[+-]\d\d:\d\d)/];
const layouts = {
  time: {
    text: "2006-01-02T15:04:05Z07:00",
    usual: /^(\d{4})(-)(\d\d)(-)(\d\d)(T)(\d\d)(:)(\d\d)(:)(\d\d)()(Z)$/,
    fraction: [] as readonly Piece[],
    optional: /^[.,]\d+/,
  },
  microtime: {
    text: "2006-01-02T15:04:05.000000Z07:00",
    usual: /^(\d{4})(-)(\d\d)(-)(\d\d)(T)(\d\d)(:)(\d\d)(:)(\d\d)()(\.\d{6})(Z)$/,
    fraction: [[".000000", /^[.,]\d{6}/]] as readonly Piece[],
    optional: undefined,
  },
};

/** The pieces of the text, a "" for a fraction that nobody asked for among them: what is spelt as usual at one stroke. */
function split(text: string, kind: keyof typeof layouts): string[] {
  const layout = layouts[kind];
  const usual = layout.usual.exec(text);
  if (usual !== null) return usual.slice(1);
  const found: string[] = [];
  let rest = text;
  const take = ([name, pattern]: Piece): void => {
    const match = pattern.exec(rest)?.[0];
    if (match === undefined)
      throw new TimeError(
        `parsing time ${JSON.stringify(text)} as "${layout.text}": cannot parse ${JSON.stringify(rest)} as "${name}"`,
      );
    found.push(match);
    rest = rest.slice(match.length);
  };
  datePieces.forEach(take);
  const optional = layout.optional?.exec(rest)?.[0];
  if (optional !== undefined) rest = rest.slice(optional.length);
  found.push(optional ?? "");
  layout.fraction.forEach(take);
  take(zone);
  if (rest !== "") throw new TimeError(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`);
  return found;
}

function inRange(text: string, name: string, value: number, low: number, high: number): number {
  if (value < low || value > high) throw new TimeError(`parsing time ${JSON.stringify(text)}: ${name} out of range`);
  return value;
}

/** Reads RFC 3339; a microtime must have exactly six digits, as the API's own decoder demands. */
export function parseTime(text: string, kind: "time" | "microtime"): Moment {
  const part = split(text, kind);
  const year = Number(part[0]);
  const month = inRange(text, "month", Number(part[2]), 1, 12);
  const days = new Date(Date.UTC(2000, month, 0)).getUTCDate() - (month === 2 && !isLeap(year) ? 1 : 0);
  const day = inRange(text, "day", Number(part[4]), 1, days);
  const hour = inRange(text, "hour", Number(part[6]), 0, 23);
  const minute = inRange(text, "minute", Number(part[8]), 0, 59);
  const second = inRange(text, "second", Number(part[10]), 0, 59);
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second);
  const offset = part.at(-1)!;
  const sign = offset.startsWith("-") ? -1 : 1;
  const shift = offset === "Z" ? 0 : sign * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(4, 6)) * 60);
  const nanos = kind === "microtime" ? Number(part[12]!.slice(1)) * 1000 : 0;
  return { seconds: local.getTime() / 1000 - shift, nanos };
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** The API's own spelling, in UTC: whole seconds, or exactly six digits; years below 1 or above 9999 are clamped. */
export function formatTime(moment: Moment, kind: "time" | "microtime"): string {
  const seconds = Math.min(Math.max(moment.seconds, -62_135_596_800), 253_402_300_799);
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (kind === "time") return `${whole}Z`;
  return `${whole}.${String(Math.floor(moment.nanos / 1000)).padStart(6, "0")}Z`;
}
