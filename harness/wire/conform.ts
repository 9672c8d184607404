import { badBase64 } from "./base64.ts";
import { isJson, type Field, type Json, type Message, type Scalar } from "./schema.ts";
import { formatTime, parseTime, TimeError, type Moment } from "./time.ts";

/** A value of the wrong type; the message is that of Go's JSON decoder. */
export class ConformError extends Error {}

const goTypes: Record<Scalar, string> = {
  string: "string",
  bytes: "[]uint8",
  raw: "[]uint8",
  int32: "int32",
  int64: "int64",
  bool: "bool",
  time: "string",
  microtime: "string",
  json: "string",
};

type Place = { readonly owner: Message; readonly path: string };

function describe(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "number" : `number ${value}`;
  return typeof value === "boolean" ? "bool" : typeof value;
}

const wrong = (what: string, place: Place, type: string): ConformError =>
  new ConformError(
    `json: cannot unmarshal ${what} into Go struct field ${place.owner.name}.${place.path} of type ${type}`,
  );

function integer(value: unknown, type: "int32" | "int64", place: Place): number {
  if (typeof value !== "number") throw wrong(describe(value), place, type);
  const limit = type === "int32" ? 2 ** 31 : 2 ** 63;
  if (!Number.isInteger(value) || value < -limit || value >= limit) throw wrong(`number ${value}`, place, type);
  return value;
}

function refuseBase64(at: number | undefined): void {
  if (at !== undefined) throw new ConformError(`illegal base64 data at input byte ${at}`);
}

function scalar(value: unknown, type: Scalar, place: Place): unknown {
  switch (type) {
    case "string":
      if (typeof value !== "string") throw wrong(describe(value), place, "string");
      return value;
    case "bytes":
      if (typeof value !== "string") throw wrong(describe(value), place, goTypes.bytes);
      refuseBase64(badBase64(value));
      return Buffer.from(value, "base64").toString("base64");
    case "int32":
    case "int64":
      return integer(value, type, place);
    case "bool":
      if (typeof value !== "boolean") throw wrong(describe(value), place, "bool");
      return value;
    case "time":
    case "microtime":
      if (typeof value !== "string") throw wrong(describe(value), place, "string");
      return spelt(parseTime(value, type), type);
    case "json":
    case "raw":
      return value;
    default:
      throw type satisfies never;
  }
}

/** Go's zero time is null in JSON. */
const ZERO_TIME = -62_135_596_800;
const spelt = (moment: Moment, type: "time" | "microtime"): string | null =>
  moment.seconds === ZERO_TIME && moment.nanos === 0 ? null : formatTime(moment, type);

const isZero = (value: unknown): boolean => value === null || value === "" || value === 0 || value === false;

/** The zero value as JSON shows it where a Go field has no omitempty. */
function zero(field: Field): unknown {
  if (typeof field.type !== "string") return undefined;
  if (field.type === "time" || field.type === "microtime") return null;
  return field.type === "bool" ? false : field.type === "int32" || field.type === "int64" ? 0 : "";
}

type Run = { readonly unknown: string[] };

function single(value: unknown, type: Scalar | Message, place: Place, full: string, run: Run): unknown {
  if (typeof type === "string") return scalar(value, type, place);
  if (!isJson(value)) throw wrong(describe(value), place, type.go);
  return struct(value, type, place.path, full, run);
}

function collection(value: unknown, field: Field, place: Place, full: string, run: Run): unknown {
  if (field.shape === "list") {
    if (!Array.isArray(value)) throw wrong(describe(value), place, `[]${goName(field)}`);
    return value.length === 0
      ? undefined
      : value.map((item, index) => single(item ?? blank(field), field.type, place, `${full}[${index}]`, run));
  }
  if (!isJson(value)) throw wrong(describe(value), place, `map[string]${goName(field)}`);
  const keys = Object.keys(value);
  if (keys.length === 0) return undefined;
  const entries: Record<string, unknown> = {};
  for (const key of keys)
    define(entries, key, single(value[key] ?? blank(field), field.type, place, `${full}.${key}`, run));
  return entries;
}

/** A list without items that is shown. */
const none = ({ nil }: Field): [] | null => (nil ? null : []);

/** What a null inside a list or map is to Go: the zero value. */
const blank = (field: Field): unknown => (typeof field.type === "string" ? zero(field) : {});
const goName = (field: Field): string => (typeof field.type === "string" ? goTypes[field.type] : field.type.go);

/** Sets a key that a client chose; `__proto__` is a key like any other. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

function member(value: unknown, field: Field, owner: Message, path: string, full: string, run: Run): unknown {
  const place = { owner, path };
  if (value === undefined || value === null) {
    if (field.shape === "one" && typeof field.type !== "string") return struct({}, field.type, path, full, run);
    return field.always ? (field.shape === "list" ? none(field) : zero(field)) : undefined;
  }
  if (field.shape === "list" || field.shape === "map") {
    return collection(value, field, place, full, run) ?? (field.always ? none(field) : undefined);
  }
  const result = single(value, field.type, place, full, run);
  return field.shape === "one" && !field.always && isZero(result) ? undefined : result;
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

function struct(value: Json, message: Message, path: string, full: string, run: Run): Json {
  const found: Record<string, unknown> = {};
  // In the order of the input, so that of two errors the first is told.
  for (const [name, given] of Object.entries(value)) {
    const field = message.byName.get(name);
    if (field !== undefined) found[name] = member(given, field, message, join(path, name), join(full, name), run);
    else if (path !== "" || (name !== "kind" && name !== "apiVersion")) run.unknown.push(join(full, name));
  }
  const result: Record<string, unknown> = {};
  for (const field of message.fields) {
    const { name } = field;
    const kept = name in found ? found[name] : member(undefined, field, message, join(path, name), name, run);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

/**
 * A JSON value as Go's typed decoder and encoder would leave it: unknown fields gone (their paths are pushed to
 * `unknown`), nulls and zero values dropped, times respelt. kind and apiVersion are the caller's. Throws
 * ConformError with Go's own words. `path` is where the message stands in its object ("metadata").
 */
export function conform(value: unknown, message: Message, unknown: string[] = [], path = ""): Json {
  if (!isJson(value))
    throw new ConformError(`json: cannot unmarshal ${describe(value)} into Go value of type ${message.go}`);
  try {
    return struct(value, message, path, path, { unknown });
  } catch (error) {
    if (error instanceof TimeError) throw new ConformError(error.message, { cause: error });
    throw error;
  }
}
