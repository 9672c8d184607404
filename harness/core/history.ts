import { InputError } from "./errors.ts";
import { HISTORY_FORMAT, type History, type HistoryEvent, type HistoryHeader } from "./events.ts";
import { toMicros } from "./time.ts";

/** A history read back; `truncated` when its last line was cut (a harness killed in mid-write) and dropped. */
export type ParsedHistory = History & { readonly truncated: boolean };

type Kind = "number" | "string" | "boolean";
type Fields = readonly (readonly [name: string, kind: Kind])[];

const who: Fields = [
  ["replica", "string"],
  ["incarnation", "number"],
];
const call: Fields = [...who, ["call", "number"]];
const since: Fields = [["since", "number"]];

/** The fields without which an event cannot be judged; `at` is asked of every event. */
const needed: Readonly<Record<HistoryEvent["type"], Fields>> = {
  replica: [...who, ["phase", "string"]],
  claim: [...who, ...since],
  disclaim: [...who, ...since],
  answer: [...who, ["asked", "number"], ["leading", "boolean"]],
  invoke: [...call, ["verb", "string"], ["resource", "string"]],
  ok: [...call, ["status", "number"]],
  fail: [...call, ["status", "number"]],
  info: [...call, ["status", "number"]],
  record: [...since, ["version", "string"]],
  notice: [
    ["says", "string"],
    ["identity", "string"],
  ],
  act: [...who, ...since, ["accepted", "boolean"]],
  fault: [
    ["id", "string"],
    ["fault", "string"],
    ["phase", "string"],
    ["effect", "string"],
  ],
  rollout: [["phase", "string"]],
  stall: [...since, ["ms", "number"]],
  gap: [...who, ...since],
  step: [["phase", "string"]],
  end: [["reason", "string"]],
};

const instants = ["at", "since", "asked", "ms"] as const;

/** One line of history.jsonl without its line end; instants at microsecond precision. */
export function serialiseEvent(event: HistoryEvent): string {
  const line: Record<string, unknown> = { ...event };
  for (const field of instants) {
    const value = line[field];
    if (typeof value === "number") line[field] = toMicros(value);
  }
  if ("committed" in event && event.committed)
    line["committed"] = { since: toMicros(event.committed.since), at: toMicros(event.committed.at) };
  return JSON.stringify(line);
}

/** The first line of history.jsonl without its line end. */
export const serialiseHeader = (header: HistoryHeader): string => JSON.stringify(header);

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const WRITTEN_BY = "Give a history.jsonl as interregnum wrote it, or run the scenario again.";

/** Reads the header; InputError when it is none, foreign, or lacks what judging needs. */
function headerOf(value: unknown, file: string): HistoryHeader {
  const wrong = (message: string, field: string, mend = WRITTEN_BY) =>
    new InputError(message, { file, line: 1, field }, mend);
  if (!isObject(value) || typeof value["format"] !== "string")
    throw wrong("the first line is not a history's header", "format");
  if (value["format"] !== HISTORY_FORMAT)
    throw wrong(
      `the format is ${JSON.stringify(value["format"])}, not ${JSON.stringify(HISTORY_FORMAT)}`,
      "format",
      value["format"].startsWith("interregnum.history/")
        ? "Judge it with the interregnum that wrote it, or a newer one."
        : WRITTEN_BY,
    );
  const elector = value["elector"];
  if (!isObject(elector)) throw wrong("the header names no elector", "elector");
  const timing = elector["timing"];
  for (const field of ["leaseDuration", "retryPeriod"])
    if (!isObject(timing) || typeof timing[field] !== "number")
      throw wrong(`the elector's ${field} is no number of milliseconds`, `elector.timing.${field}`);
  for (const field of ["takeover", "afterRelease"])
    if (!isObject(elector["profile"]) || !isObject(elector["profile"][field]))
      throw wrong(`the elector's profile has no bound "${field}"`, `elector.profile.${field}`);
  if (!isObject(value["election"])) throw wrong("the header names no election", "election");
  if (!isObject(value["minimum"])) throw wrong("the header has no minimum", "minimum");
  if (!Array.isArray(value["properties"])) throw wrong("the header lists no properties", "properties");
  return value as unknown as HistoryHeader; // what judging needs was just checked
}

/** What is wrong with a parsed line as an event: a field and a message; undefined when nothing is. */
function flawOf(value: unknown): { readonly field: string; readonly message: string } | undefined {
  if (!isObject(value)) return { field: "type", message: "the line is no event" };
  const type = value["type"];
  const fields = typeof type === "string" && Object.hasOwn(needed, type) ? needed[type as HistoryEvent["type"]] : null;
  if (!fields) return { field: "type", message: `${JSON.stringify(type)} is no known event type` };
  if (typeof value["at"] !== "number") return { field: "at", message: `the ${type} event's "at" is no number` };
  for (const [name, kind] of fields)
    if (typeof value[name] !== kind) return { field: name, message: `the ${type} event's "${name}" is no ${kind}` };
  return undefined;
}

/**
 * Reads a history line by line (line ends stripped). A last line that is no JSON was cut and is dropped; a broken line
 * before it, a foreign format or a missing header is an InputError that names the file and the line.
 */
export function parseHistoryLines(lines: Iterable<string>, file = "history.jsonl"): ParsedHistory {
  let header: HistoryHeader | undefined;
  let cut: { readonly line: number; readonly message: string } | undefined;
  const events: HistoryEvent[] = [];
  let line = 0;
  for (const text of lines) {
    line += 1;
    if (text === "") continue;
    if (cut)
      throw new InputError(cut.message, { file, line: cut.line }, "Restore the line, or run the scenario again.");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      cut = { line, message: `the line is no JSON (${(error as Error).message})` };
      continue;
    }
    if (!header) {
      header = headerOf(value, file);
      continue;
    }
    const flaw = flawOf(value);
    if (flaw) throw new InputError(flaw.message, { file, line, field: flaw.field }, WRITTEN_BY);
    events.push(value as HistoryEvent);
  }
  if (!header) {
    const message = cut ? "the header is cut or is no JSON" : "the history is empty: it has no header";
    throw new InputError(message, { file, line: 1, field: "format" }, WRITTEN_BY);
  }
  return { header, events, truncated: cut !== undefined };
}

/** The lines of a text that comes in chunks, without their line ends; at most a chunk and a line are held at once. */
export function* linesOf(chunks: Iterable<string>): Generator<string> {
  const whole = (line: string) => (line.endsWith("\r") ? line.slice(0, -1) : line);
  let rest = "";
  for (const chunk of chunks) {
    let from = 0;
    for (let next = chunk.indexOf("\n"); next !== -1; next = chunk.indexOf("\n", from)) {
      yield whole(rest + chunk.slice(from, next));
      [rest, from] = ["", next + 1];
    }
    rest += chunk.slice(from);
  }
  if (rest !== "") yield whole(rest);
}

/** `parseHistoryLines` of a whole text, or of lines. */
export const parseHistory = (source: string | Iterable<string>, file?: string): ParsedHistory =>
  parseHistoryLines(typeof source === "string" ? linesOf([source]) : source, file);
