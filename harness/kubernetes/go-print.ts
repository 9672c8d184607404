import { isJson } from "../wire/schema.ts";

/** Go's %v of a JSON value. */
export function goPrint(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goPrint).join(" ")}]`;
  if (value === null) return "<nil>";
  if (!isJson(value)) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goPrint(value[key])}`);
  return `map[${members.join(" ")}]`;
}
