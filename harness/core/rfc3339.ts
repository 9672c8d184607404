/** An instant that somebody else wrote: µs from 1970 by his clock, and the step in which he counts, in ms. */
export type Stamp = { readonly micros: number; readonly step: number };

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Days from 1970-01-01 in the proleptic Gregorian calendar; from Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
function daysFrom(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Reads RFC 3339 text to the microsecond; undefined when it is none. Trailing zeros do not count as precision. */
export function stampOf(text: string | null): Stamp | undefined {
  const parts = text === null ? null : PATTERN.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const fraction = parts[7] ?? "";
  const offset = (parts[8] === "-" ? -1 : 1) * (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0));
  const minutes = daysFrom(year, month, day) * 1440 + hour * 60 + minute - offset;
  const micros = (minutes * 60 + second) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
  return { micros, step: 1000 / 10 ** Math.min(6, fraction.replace(/0+$/, "").length) };
}
